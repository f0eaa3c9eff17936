import { randomUUID } from 'node:crypto'
import { openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createEventBus, silentLogger, type Subscription } from '../../../src/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import { LoadRunner } from './load.ts'
import type { JournalKind, MemberCommand, MemberOrders, MemberReport } from './protocol.ts'

/** A process of its own on the bus, for tests of what happens between processes. Its parent commands it over IPC. */
const orders = JSON.parse(process.argv[2] ?? '') as MemberOrders
// With a callback it is no error when nobody listens any more.
const report = (message: MemberReport): void => void process.send?.(message, () => {})
function fault(message: string): void {
  report({ kind: 'fault', message })
  process.exitCode = 1
}
process.on('unhandledRejection', (reason) => fault(`unhandled rejection: ${String(reason)}`))
process.on('uncaughtException', (error) => fault(`uncaught: ${error.stack}`))
// Whatever becomes of the parent, no member outlives it.
const orphaned = (): never => process.exit(1)
process.on('disconnect', orphaned)

// What was written survives a kill: the operating system has it.
const journal = openSync(orders.journal, 'a')
const note = (kind: JournalKind, id: string): void => void writeSync(journal, `${kind} ${id}\n`)

const bus = createEventBus({
  source: 'member',
  instance: orders.instance,
  logger: silentLogger,
  transport: rabbitmq({
    url: orders.url,
    hosts: orders.hosts,
    exchangeName: orders.exchange,
    heartbeatSeconds: orders.heartbeatSeconds,
    prefetch: orders.prefetch,
    batching: orders.batching,
    queueType: orders.queueType,
    reconnect: { maxMs: 300 },
  }),
})

const failed: string[] = []
const load = new LoadRunner(orders.load, publishOne)
let shared: Subscription | undefined

const commands: Record<MemberCommand, () => Promise<void> | void> = {
  publish: () => load.start(),
  finish: async () => {
    await load.finish()
    report({ kind: 'published', failed })
  },
  subscribe: async () => {
    await subscribe('late').ready
    report({ kind: 'subscribed' })
  },
  unsubscribe: async () => {
    await shared?.unsubscribe()
    report({ kind: 'unsubscribed' })
  },
  measure: () => {
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    report({ kind: 'heap', bytes: heapUsed + external })
  },
}
process.on('message', (command: MemberCommand) => void commands[command]())
process.once('SIGTERM', () => void close())

if (orders.role === 'receiver') {
  const everywhere = subscribe('instance')
  shared = subscribe('group', 'workers')
  await Promise.all([everywhere.ready, shared.ready])
}
await bus.ready
report({ kind: 'ready' })

function subscribe(kind: JournalKind, group?: string): Subscription {
  const handle = async ({ id }: { id: string }): Promise<void> => {
    if (orders.handleMs > 0) await sleep(orders.handleMs)
    note(kind, id)
  }
  return bus.subscribe('work.#', handle, { name: kind, group })
}

async function publishOne(): Promise<void> {
  const id = randomUUID()
  note('published', id)
  await bus.publish({ id, type: 'work.item', data: {} }, { timeoutMs: 600_000 }).then(
    () => note('confirmed', id),
    (error: Error) => failed.push(error.message),
  )
}

/** Then nothing keeps the process: it ends by itself. */
async function close(): Promise<void> {
  void load.finish()
  report({ kind: 'closed', ...(await bus.close()) })
  process.off('disconnect', orphaned)
  process.disconnect()
}
