import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createEventBus, recordEvents, silentLogger } from '../../../src/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import { sqliteStore } from '../../../src/store/sqlite/index.ts'

/** A process that publishes, records into a SQLite file, or reads from there. */
export interface HistoryOrders {
  readonly role: 'publisher' | 'recorder' | 'reader'
  readonly instance: string
  readonly url: string
  readonly exchange: string
  /** The store's. */
  readonly file: string
  /** What a reader handled, line by line: id, position, attempt, time in milliseconds. */
  readonly journal: string
  readonly concurrency: number
}

export type HistoryReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly confirmed: number }
  | { readonly kind: 'published'; readonly ids: readonly string[] }
  | { readonly kind: 'fault'; readonly message: string }

/** `publish`: until `finish`. */
export type HistoryCommand = 'publish' | 'finish' | 'close'

const orders = JSON.parse(process.argv[2] ?? '') as HistoryOrders
const report = (message: HistoryReport): void => void process.send?.(message)
process.on('unhandledRejection', (reason) => report({ kind: 'fault', message: `unhandled: ${String(reason)}` }))
process.on('uncaughtException', (error) => report({ kind: 'fault', message: `uncaught: ${error.stack}` }))
process.on('disconnect', () => process.exit(1))

const { role, instance, url, exchange, file, journal, concurrency } = orders
const store = sqliteStore({ file })
const bus = createEventBus({
  source: 'history',
  instance,
  logger: silentLogger,
  transport: rabbitmq({ url, exchangeName: exchange }),
  // Only recordEvents records.
  ...(role === 'reader' && { store }),
})
let isFinished = false

if (role === 'recorder') await recordEvents(bus, store).ready
if (role === 'reader') {
  const options = { from: 'start', name: 'projection', concurrency } as const
  let handled = 0
  await bus.subscribe(
    'work.#',
    async ({ id }, { position, attempt }) => {
      if (handled++ % 7 === 0) await sleep(1)
      appendFileSync(journal, `${id} ${position} ${attempt} ${Date.now()}\n`)
    },
    options,
  ).ready
}
await bus.ready

const commands: Record<HistoryCommand, () => Promise<void> | void> = {
  publish: async () => report({ kind: 'published', ids: await publish() }),
  finish: () => void (isFinished = true),
  close: async () => {
    await bus.close()
    await store.close()
    process.disconnect()
    process.exit(0)
  },
}
process.on('message', (command: HistoryCommand) => void commands[command]())
report({ kind: 'ready' })

/** Bursts of what a busy server sends. */
async function publish(): Promise<string[]> {
  const ids: string[] = []
  while (!isFinished) {
    const burst = Array.from({ length: 40 }, (_, number) => bus.publish({ type: 'work.item', data: { number } }))
    for (const { id } of await Promise.all(burst)) ids.push(id)
    report({ kind: 'progress', confirmed: ids.length })
    await sleep(50)
  }
  return ids
}
