import { expect, test } from 'vitest'
import { CrashGuard } from '../../src/core/crash-guard.ts'
import { type EventStore, memoryStore } from '../../src/index.ts'

const name = 'crashes:reader:projection'

/** The store's and how often something was saved there. */
function counted(): { store: EventStore; saves: () => number } {
  const store = memoryStore()
  const save = store.saveCheckpoint.bind(store)
  let saves = 0
  store.saveCheckpoint = (...args) => {
    saves++
    return save(...args)
  }
  return { store, saves: () => saves }
}

/** A life that goes on behind `settled` in a store that ends at 5,000. */
async function live(store: EventStore, settled: number, last = 5_000): Promise<CrashGuard> {
  const guard = new CrashGuard(name, store, 100)
  await guard.begin(settled, last)
  return guard
}

test('after three deaths in a row events run alone; the one that ends the process then, too, is guilty after 21', async () => {
  const { store } = counted()
  for (let life = 1; life <= 3; life++) expect((await live(store, 10)).isWary).toBe(false)
  for (let life = 4; life <= 21; life++) {
    const guard = await live(store, 10)
    expect([guard.isWary, guard.isGuilty(12)]).toEqual([true, false])
    await guard.accuse(11)
    await guard.accuse(12)
  }
  const guard = await live(store, 11)
  expect([guard.isGuilty(12), guard.isGuilty(11), guard.isGuilty(13)]).toEqual([true, false, false])
})

test('deaths count in a row: what was in hand and is done now was not the reason', async () => {
  const { store } = counted()
  for (let round = 1; round <= 10; round++) {
    const guard = await live(store, 10)
    expect(guard.isWary).toBe(false)
    await guard.review(4_999)
    await guard.review(5_000)
  }
  for (let life = 1; life <= 3; life++) await live(store, 10)
  const guard = await live(store, 10)
  expect(guard.isWary).toBe(true)
  await guard.review(5_000)
  expect(guard.isWary).toBe(false)
  expect((await live(store, 10)).isWary).toBe(false)
})

test('no more is suspected than what can have been in hand', async () => {
  const { store } = counted()
  for (let life = 1; life <= 3; life++) await live(store, 10)
  const guard = await live(store, 10)
  for (let position = 11; position <= 110; position++) {
    expect(guard.isWary).toBe(true)
    guard.took(position)
  }
  expect(guard.isWary).toBe(false)
  await guard.review(109)
  expect(guard.deaths).toBe(3)
  await guard.review(110)
  expect(guard.deaths).toBe(0)
})

test('who ends in an orderly way did not die; what is not cleared up is kept', async () => {
  const { store } = counted()
  for (let life = 1; life <= 30; life++) {
    const guard = await live(store, 10)
    expect(guard.isWary).toBe(false)
    await guard.end()
  }
  for (let life = 1; life <= 3; life++) await live(store, 10)
  await (await live(store, 10)).accuse(11)
  const next = await live(store, 10)
  expect([next.isWary, next.deathsOf(11), next.deathsOf(12)]).toEqual([true, 4, 3])
  await next.end()
  expect((await live(store, 10)).deathsOf(11)).toBe(4)
})

test('a life in which nothing happens costs two writes, however many events it handles', async () => {
  const { store, saves } = counted()
  const guard = await live(store, 10)
  for (let position = 11; position <= 5_000; position++) guard.took(position)
  await guard.review(5_000)
  await guard.end()
  expect(saves()).toBe(2)
})
