import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { test } from '../support/chaos/script.ts'
import { seeds } from '../support/chaos/seeds.ts'
import { Random } from '../support/random.ts'
import { waitFor } from '../support/wait-for.ts'

test.for(seeds)(
  'a broker that is killed and comes back loses no confirmed event, seed %i',
  async (seed, { broker, startFleet }) => {
    const fleet = await startFleet()
    // RabbitMQ fact: a quorum queue that was declared less than a second before its only node is killed never recovers.
    await sleep(2_000)
    await fleet.confirmedMore(new Random(seed).integer(1, 500))
    await broker.kill()
    await broker.start()
    await fleet.finishAndSettle()
  },
)

test.for(seeds)(
  'a broker that restarts in an orderly way loses no confirmed event, seed %i',
  async (seed, { broker, startFleet }) => {
    const fleet = await startFleet()
    await fleet.confirmedMore(new Random(seed).integer(1, 1_000))
    await broker.stop()
    await broker.start()
    await fleet.finishAndSettle()
  },
)

test.for(seeds)(
  'a broker that closes all connections five times loses no confirmed event, seed %i',
  async (seed, { broker, startFleet }) => {
    const random = new Random(seed)
    const fleet = await startFleet()
    for (let time = 1; time <= 5; time++) {
      await fleet.confirmedMore(random.integer(1, 100))
      await broker.ctl('close_all_connections', 'test')
    }
    await fleet.finishAndSettle()
  },
)

test('a memory alarm makes publishers wait; when it is over all goes out, once', async ({ broker, startFleet }) => {
  const fleet = await startFleet()
  await fleet.confirmed(500)
  await broker.ctl('set_vm_memory_high_watermark', '0.000001')
  const isBlocked = async (): Promise<boolean> => (await broker.ctl('list_connections', 'state')).includes('block')
  await waitFor(isBlocked, { message: 'blocked connections' })
  await broker.ctl('set_vm_memory_high_watermark', '0.4')
  for (const { duplicates } of await fleet.finishAndSettle()) expect(duplicates).toBe(0)
})

test('a queue of a group that is deleted under its consumers is made again, and nobody else loses anything', async ({
  startFleet,
}) => {
  const fleet = await startFleet()
  await fleet.confirmedMore(300)
  await fleet.deleteGroupQueue()
  await fleet.finishAndSettle()
})
