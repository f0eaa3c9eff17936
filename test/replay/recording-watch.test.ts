import { expect, test } from 'vitest'
import { RecordingWatch } from '../../src/core/recording-watch.ts'
import { memoryStore } from '../../src/index.ts'
import { waitFor } from '../support/wait-for.ts'

const event = (id: string) => ({ id, type: 'a', source: 's', time: '2024-01-01T00:00:00Z', data: 1 })

test('what arrives and is not recorded in time is missing, until it or a later one is read', async () => {
  const watch = new RecordingWatch(memoryStore(), 20)
  watch.heard('one')
  await watch.check()
  expect(watch.missing).toBeUndefined()
  await waitFor(async () => {
    await watch.check()
    return watch.missing === 'one'
  })
  watch.heard('two')
  watch.read('two')
  expect(watch.missing).toBeUndefined()
  await watch.check()
  expect(watch.missing).toBeUndefined()
})

test('what was read before it arrived is not missing', async () => {
  const store = memoryStore()
  const watch = new RecordingWatch(store, 0)
  await store.append([event('one'), event('two')])
  watch.read('one')
  watch.heard('one')
  watch.heard('two')
  await watch.check()
  expect(watch.missing).toBeUndefined()
})

test('it remembers a bounded number of events', async () => {
  const store = memoryStore()
  const watch = new RecordingWatch(store, 0)
  for (let index = 0; index < 5_000; index++) watch.heard(`e${index}`)
  await watch.check()
  expect(watch.missing).toBe('e999')
  await store.append([event('e999')])
  await watch.check()
  expect(watch.missing).toBeUndefined()
})
