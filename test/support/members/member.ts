import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createEventBus, silentLogger } from '../../../src/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import type { MemberCommand, MemberOrders, MemberReport } from './protocol.ts'

/** A process of its own on the bus, for tests of what happens between processes. Its parent commands it over IPC. */
const orders = JSON.parse(process.argv[2] ?? '') as MemberOrders
const report = (message: MemberReport): void => void process.send?.(message)
process.on('unhandledRejection', (reason) =>
  report({ kind: 'fault', message: `unhandled rejection: ${String(reason)}` }),
)
process.on('uncaughtException', (error) => report({ kind: 'fault', message: `uncaught: ${error.stack}` }))
// Whatever becomes of the parent, no member outlives it.
process.on('disconnect', () => process.exit(1))

const bus = createEventBus({
  source: 'member',
  instance: orders.instance,
  logger: silentLogger,
  transport: rabbitmq({
    url: orders.url,
    exchangeName: orders.exchange,
    prefetch: orders.prefetch,
    reconnect: { maxMs: 300 },
  }),
})
if (orders.role === 'receiver') {
  const note = (kind: string) => (event: { id: string }) => appendFileSync(orders.journal, `${kind} ${event.id}\n`)
  const everywhere = bus.subscribe('work.#', note('instance'), { name: 'everywhere' })
  const once = bus.subscribe('work.#', note('group'), { name: 'once', group: 'workers' })
  await Promise.all([everywhere.ready, once.ready])
}
await bus.ready

/** How many events the publisher is to reach. */
let last = orders.events

const commands: Record<MemberCommand, () => Promise<void> | void> = {
  publish: async () => report({ kind: 'published', ...(await publishAll()) }),
  finish: () => void (last = 0),
  close: async () => {
    await bus.close()
    process.disconnect()
    process.exit(0)
  },
}
process.on('message', (command: MemberCommand) => void commands[command]())
report({ kind: 'ready' })

/** Publishes with a bounded number in flight, as a busy server does. */
async function publishAll(): Promise<{ confirmed: string[]; failed: string[] }> {
  const confirmed: string[] = []
  const failed: string[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < last) {
      const number = next++
      const outcome = await bus.publish({ type: 'work.item', data: { number } }, { timeoutMs: 60_000 }).then(
        ({ id }) => ({ into: confirmed, entry: id }),
        (error: Error) => ({ into: failed, entry: error.message }),
      )
      outcome.into.push(outcome.entry)
      if (confirmed.length % 50 === 0) report({ kind: 'progress', confirmed: confirmed.length })
      if (orders.restMs > 0) await sleep(orders.restMs)
    }
  }
  await Promise.all(Array.from({ length: orders.inFlight }, lane))
  return { confirmed, failed }
}
