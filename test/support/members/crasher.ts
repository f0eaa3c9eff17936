import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BusEvent, createEventBus } from '../../../src/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import { sqliteStore } from '../../../src/store/sqlite/index.ts'
import type { CrasherOrders } from './restarted.ts'

/** A process whose handlers end it at once when an event says so. What it does it writes down in its journal. */
const { journal, instance, url, exchange, prefetch, everywhere, group, history } = JSON.parse(
  process.argv[2] ?? '',
) as CrasherOrders
const note = (line: string): void => appendFileSync(journal, `${line}\n`)
process.on('unhandledRejection', (reason) => note(`fault unhandled rejection: ${String(reason)}`))
process.on('uncaughtException', (error) => note(`fault uncaught: ${error.stack}`))
// Whatever becomes of the parent, the process does not outlive it.
process.on('disconnect', () => process.exit(1))

const bus = createEventBus({
  source: 'crasher',
  instance,
  logger: { debug() {}, info() {}, error() {}, warn: (_fields, message) => note(`log ${message}`) },
  transport: rabbitmq({ url, exchangeName: exchange, prefetch }),
  ...(history && { store: sqliteStore({ file: history.file }) }),
})

async function work({ id, data }: BusEvent): Promise<void> {
  const { end, workMs = 0 } = data as { end?: 'kill' | 'exit'; workMs?: number }
  note(`start ${id}`)
  if (end === 'kill') process.kill(process.pid, 'SIGKILL')
  if (end === 'exit') process.exit(7)
  if (workMs > 0) await sleep(workMs)
  note(`done ${id}`)
}

process.on('message', () => void bus.close().then(() => process.exit(0)))
const ready = Promise.all([
  everywhere && bus.subscribe(everywhere, work, { name: 'everywhere' }).ready,
  group && bus.subscribe(group, work, { name: 'once', group: 'workers' }).ready,
  history && bus.subscribe(history.pattern, work, { name: 'projection', from: 'start' }).ready,
])
// It may be told to end before that.
await ready.then(
  () => note('ready'),
  (error: Error) => note(`log ${error.message}`),
)
