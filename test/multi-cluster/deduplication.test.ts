import { afterEach, expect, test } from 'vitest'
import {
  createEventBus,
  createMultiClusterBus,
  type DeduplicationOptions,
  type EventBus,
  memory,
  type MultiClusterBus,
  silentLogger,
} from '../../src/index.ts'
import { waitFor } from '../support/wait-for.ts'

const open: EventBus[] = []

afterEach(() => Promise.all(open.splice(0).map((bus) => bus.close({ timeoutMs: 500 }))))

/** A bus of two clusters that notes the ids of what it handles, and a publisher at each of the two. */
async function start(deduplication: DeduplicationOptions): Promise<{
  bus: MultiClusterBus
  handled: string[]
  publishAt(cluster: 'eu' | 'us', id: string): Promise<unknown>
}> {
  const transports = { eu: memory(), us: memory() }
  const clusters = Object.entries(transports).map(([name, transport]) => ({ name, transport }))
  const bus = createMultiClusterBus({ source: 'test', logger: silentLogger, clusters, deduplication })
  const newBus = (transport: (typeof transports)['eu']): EventBus =>
    createEventBus({ source: 'test', logger: silentLogger, transport })
  const publishers = { eu: newBus(transports.eu), us: newBus(transports.us) }
  open.push(bus, publishers.eu, publishers.us)
  const handled: string[] = []
  await bus.subscribe('a.*', ({ id }) => void handled.push(id)).ready
  return { bus, handled, publishAt: (cluster, id) => publishers[cluster].publish({ id, type: 'a.b', data: {} }) }
}

test('an instance knows the last `maxEvents` events when another cluster brings them, and counts those', async () => {
  const { bus, handled, publishAt } = await start({ maxEvents: 2 })
  for (const id of ['1', '2', '3']) await publishAt('eu', id)
  await waitFor(() => handled.length === 3)
  for (const id of ['2', '3']) await publishAt('us', id)
  await waitFor(() => bus.cluster('us').duplicates === 2)
  await publishAt('us', '1')
  await waitFor(() => handled.length === 4)
  expect(handled).toEqual(['1', '2', '3', '1'])
  expect(bus.cluster('eu').duplicates).toBe(0)
})

test('an instance knows an event for `windowMs`; what another cluster brings later is handled again', async () => {
  const { handled, publishAt } = await start({ windowMs: 50 })
  await publishAt('eu', '1')
  const handledAgain = async (): Promise<boolean> => {
    await publishAt('us', '1')
    return handled.length > 1
  }
  await waitFor(handledAgain, { message: 'handled again' })
})
