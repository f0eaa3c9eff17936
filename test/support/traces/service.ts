import { trace } from '@opentelemetry/api'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { createEventBus, DeadLetter, type Handler, silentLogger } from '../../../src/index.ts'
import { traceEvents } from '../../../src/opentelemetry/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import { readSpan, type Span } from './spans.ts'

/** A process with an SDK of its own, whose one handler does what the data of its events say. */
export interface ServiceOrders {
  readonly url: string
  readonly exchangeName: string
  readonly instance: string
  readonly pattern: string
  readonly group?: string | undefined
  readonly retry?: { readonly immediate: number; readonly delays: readonly number[] } | undefined
}

/** What the handler of a service is to do with an event. */
export interface Task {
  /** How many attempts fail. */
  readonly failures?: number
  /** Whether it is given up, at its first time. */
  readonly dead?: boolean
  /** The type of an event to publish. */
  readonly publishes?: string
}

export type ServiceAnswer = { readonly kind: 'ready' } | { readonly kind: 'spans'; readonly spans: readonly Span[] }

const orders = JSON.parse(process.argv[2] ?? '') as ServiceOrders
const exporter = new InMemorySpanExporter()
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()

const { url, exchangeName, instance, pattern, group, retry } = orders
const transport = rabbitmq({ url, exchangeName })
const bus = createEventBus({ source: 'service', instance, transport, logger: silentLogger })
traceEvents(bus)

const buried = new Set<string>()
const work: Handler = async (event, { attempt }) => {
  const { failures = 0, dead, publishes } = event.data as Task
  if (dead && !buried.has(event.id)) {
    buried.add(event.id)
    throw new DeadLetter('never')
  }
  if (attempt <= failures) throw new Error(`attempt ${attempt}`)
  await trace.getTracer('service').startActiveSpan('query', async (span) => span.end())
  if (publishes !== undefined) await bus.publish({ type: publishes, data: {} })
}

process.on('message', (what: 'spans' | 'close') => {
  if (what === 'close') return void close()
  process.send?.({ kind: 'spans', spans: exporter.getFinishedSpans().map(readSpan) } satisfies ServiceAnswer)
})
await bus.subscribe(pattern, work, { group, retry, name: 'work' }).ready
process.send?.({ kind: 'ready' } satisfies ServiceAnswer)

async function close(): Promise<void> {
  await bus.close()
  process.disconnect()
}
