/** One end of one contender, as a process of its own. Reports over IPC when it is ready and when it is done. */
import { NodeTracerProvider, NoopSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { connect } from 'amqplib'
import { Registry } from 'prom-client'
import type { UntypedBus } from '../../src/core/api.ts'
import { Bus } from '../../src/core/bus.ts'
import { resolveBusOptions } from '../../src/core/options.ts'
import { collectMetrics } from '../../src/metrics/index.ts'
import { traceEvents } from '../../src/opentelemetry/index.ts'
import { rabbitmq } from '../../src/rabbitmq/index.ts'
import { NoMeter } from './no-meter.ts'

export interface Orders {
  /** A bus as it is, one that counts nothing, and one that is scraped every second. */
  readonly contender: 'amqplib' | 'event-bus' | 'event-bus unmetered' | 'event-bus scraped'
  readonly end: 'publisher' | 'receiver'
  readonly url: string
  readonly exchange: string
  readonly events: number
  readonly inFlight: number
  /** Whether the bus makes spans: for an SDK that throws them away, or through the API alone. Default: not at all. */
  readonly tracing?: 'sdk' | 'api' | undefined
}

/** What an end has done: how long it took, and the processor time that this process spent on it. */
export interface Done {
  readonly seconds: number
  readonly cpuSeconds: number
}

const orders = JSON.parse(process.argv[2] ?? '') as Orders
const payload = { number: 0, text: 'x'.repeat(270) }
const type = 'bench.event'

const ends = {
  amqplib: { publisher: amqplibPublisher, receiver: amqplibReceiver },
  bus: { publisher: busPublisher, receiver: busReceiver },
}
await ends[orders.contender === 'amqplib' ? 'amqplib' : 'bus'][orders.end]()

async function amqplibPublisher(): Promise<void> {
  const connection = await connect(orders.url)
  const channel = await connection.createConfirmChannel()
  await channel.assertExchange(orders.exchange, 'topic', { durable: true })
  const options = { persistent: true, contentType: 'application/json' }
  const publish = (number: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const body = Buffer.from(JSON.stringify({ ...payload, number }))
      channel.publish(orders.exchange, type, body, options, (error) => (error ? reject(error as Error) : resolve()))
    })
  await onCommand(() => inLanes(publish))
  await connection.close()
}

async function amqplibReceiver(): Promise<void> {
  const connection = await connect(orders.url)
  const channel = await connection.createChannel()
  const queue = `${orders.exchange}:amqplib`
  await channel.assertExchange(orders.exchange, 'topic', { durable: true })
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  await channel.bindQueue(queue, orders.exchange, 'bench.#')
  await channel.prefetch(orders.inFlight)
  const received = counter()
  await channel.consume(queue, (message) => {
    if (!message) return
    JSON.parse(message.content.toString())
    channel.ack(message)
    received.count()
  })
  await onCommand(() => received.all)
  await channel.deleteQueue(queue)
  await connection.close()
}

async function busPublisher(): Promise<void> {
  const bus = makeBus()
  await bus.ready
  await onCommand(() => inLanes((number) => bus.publish({ type, data: { ...payload, number } })))
  await bus.close()
}

async function busReceiver(): Promise<void> {
  const bus = makeBus()
  const received = counter()
  await bus.subscribe('bench.#', () => received.count()).ready
  await onCommand(() => received.all)
  await bus.close()
}

function makeBus(): UntypedBus {
  const transport = rabbitmq({ url: orders.url, exchangeName: orders.exchange, prefetch: orders.inFlight })
  const settings = resolveBusOptions({ source: 'bench', transport }, undefined)
  const bus = new Bus(settings, orders.contender === 'event-bus unmetered' ? new NoMeter() : undefined)
  if (orders.contender === 'event-bus scraped') scrapeEverySecond(bus)
  if (orders.tracing === 'sdk') new NodeTracerProvider({ spanProcessors: [new NoopSpanProcessor()] }).register()
  if (orders.tracing) traceEvents(bus)
  return bus
}

function scrapeEverySecond(bus: UntypedBus): void {
  const register = new Registry()
  collectMetrics(bus, { register })
  setInterval(() => void register.metrics(), 1_000).unref()
}

async function inLanes(publish: (number: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < orders.events) await publish(next++)
  }
  await Promise.all(Array.from({ length: orders.inFlight }, lane))
}

/** Counts events; `all` resolves with the last one. */
function counter(): { count(): void; all: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let left = orders.events
  return {
    all: promise,
    count() {
      left--
      if (left === 0) resolve()
    },
  }
}

/** Says that it is ready, waits for the word, works, and reports. */
async function onCommand(work: () => Promise<unknown>): Promise<void> {
  const told = new Promise((resolve) => process.once('message', resolve))
  process.send?.('ready')
  await told
  const cpu = process.cpuUsage()
  const started = performance.now()
  await work()
  const { user, system } = process.cpuUsage(cpu)
  const done: Done = { seconds: (performance.now() - started) / 1_000, cpuSeconds: (user + system) / 1e6 }
  process.send?.(done)
  process.disconnect()
}
