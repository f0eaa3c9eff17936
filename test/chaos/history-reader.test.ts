import { afterEach, expect, inject, test } from 'vitest'
import { type Handled, HistoryFleet } from '../support/members/history-fleet.ts'

let fleet: HistoryFleet

afterEach(() => fleet.end())

/** Publishers and recorders at work, and some history already when the reader comes. */
async function startFleet(concurrency: number): Promise<void> {
  fleet = new HistoryFleet(inject('amqpUrl'), concurrency)
  await Promise.all(['recorder-1', 'recorder-2'].map((name) => fleet.start(name, 'recorder')))
  await Promise.all(['publisher-1', 'publisher-2'].map((name) => fleet.start(name, 'publisher')))
  fleet.tell('publisher-1', 'publish')
  fleet.tell('publisher-2', 'publish')
  await fleet.start('reader', 'reader')
}

const idsOf = (handled: readonly Handled[]): string[] => handled.map(({ id }) => id)

test('a reader that is closed and started again under load handles every event once, in the order of the store', async () => {
  await startFleet(1)
  for (let restart = 1; restart <= 3; restart++) {
    await fleet.handledMore(300)
    await fleet.close('reader')
    await fleet.start('reader', 'reader')
  }
  const published = await fleet.finish('publisher-1', 'publisher-2')
  await fleet.handledAll(published)
  console.log(`${published.length} published, ${fleet.handled.length} handled`)
  expect(idsOf(fleet.handled)).toEqual(await fleet.recorded())
  expect(idsOf(fleet.handled).toSorted()).toEqual(published.toSorted())
  expect(fleet.faults).toEqual([])
})

test('a reader that is killed again and again misses nothing, and repeats only what it did just before', async () => {
  await startFleet(5)
  const kills: number[] = []
  for (const rest of [200, 450, 130, 600]) {
    await fleet.handledMore(rest)
    kills.push(await fleet.kill('reader'))
    await fleet.start('reader', 'reader')
  }
  await fleet.kill('recorder-1')
  await fleet.handledMore(100)
  const published = await fleet.finish('publisher-1', 'publisher-2')
  await fleet.handledAll(published)

  const { handled } = fleet
  const first = new Map<string, Handled>()
  const repeats = handled.filter((one) => first.get(one.id) ?? void first.set(one.id, one))
  console.log(`${published.length} published, ${kills.length} kills, ${repeats.length} handled twice`)
  expect([...first.keys()].toSorted()).toEqual(published.toSorted())
  for (const { id } of repeats) {
    const { at } = first.get(id) as Handled
    expect(kills.some((killedAt) => at <= killedAt && at > killedAt - 1_000)).toBe(true)
  }
  expect(fleet.faults).toEqual([])
})
