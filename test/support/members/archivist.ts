import { createEventBus, recordEvents, silentLogger } from '../../../src/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import { sqliteStore } from '../../../src/store/sqlite/index.ts'

/** A process that records all events of an exchange to a file, until it is killed. */
export interface ArchivistOrders {
  readonly url: string
  readonly exchangeName: string
  readonly file: string
}

export type ArchivistReport = { readonly recorded: number } | { readonly fault: string }

const { url, exchangeName, file } = JSON.parse(process.argv[2] ?? '') as ArchivistOrders
const report = (message: ArchivistReport): void => void process.send?.(message)
process.on('unhandledRejection', (reason) => report({ fault: `unhandled rejection: ${String(reason)}` }))
process.on('uncaughtException', (error) => report({ fault: `uncaught: ${error.stack}` }))
process.on('disconnect', () => process.exit(1))

const store = sqliteStore({ file })
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
