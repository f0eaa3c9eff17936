import { createEventBus, recordEvents, silentLogger } from '../../../src/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import { postgresStore } from '../../../src/store/postgres/index.ts'
import { sqliteStore } from '../../../src/store/sqlite/index.ts'

/** A process that records all events of an exchange, until it is killed: to a file, or to the PostgreSQL of that URL. */
export type ArchivistOrders = { readonly url: string; readonly exchangeName: string } & (
  { readonly file: string } | { readonly database: string }
)

export type ArchivistReport = { readonly recorded: number } | { readonly fault: string }

const { url, exchangeName, ...place } = JSON.parse(process.argv[2] ?? '') as ArchivistOrders
const report = (message: ArchivistReport): void => void process.send?.(message)
process.on('unhandledRejection', (reason) => report({ fault: `unhandled rejection: ${String(reason)}` }))
process.on('uncaughtException', (error) => report({ fault: `uncaught: ${error.stack}` }))
process.on('disconnect', () => process.exit(1))

const store = 'file' in place ? sqliteStore(place) : postgresStore({ url: place.database })
const bus = createEventBus({
  source: 'archivist',
  logger: silentLogger,
  transport: rabbitmq({ url, exchangeName, reconnect: { maxMs: 300 } }),
})
const recording = recordEvents(bus, store)
await recording.ready
report({ recorded: 0 })
setInterval(() => report({ recorded: recording.recorded }), 10)
process.on('message', () => void end())

async function end(): Promise<void> {
  await bus.close()
  await store.close()
  process.exit(0)
}
