import { expect, test } from 'vitest'
import { Cache } from '../../examples/app-servers/src/cache.ts'

test('a drop while a load runs keeps what that load read out of the cache', async () => {
  let stored = 'old'
  const slow = Promise.withResolvers<void>()
  const waits = [slow.promise, Promise.resolve()]
  const cache = new Cache(async () => {
    const read = stored
    await waits.shift()
    return read
  })

  const early = cache.get('key')
  stored = 'new'
  cache.drop('key')
  const late = cache.get('key')
  slow.resolve()

  expect(await early).toBe('old')
  expect(await late).toBe('new')
  expect(await cache.get('key')).toBe('new')
})

test('all who ask for a key share one load, until it is dropped', async () => {
  let loads = 0
  const cache = new Cache(async () => ++loads)
  expect(await Promise.all([cache.get('key'), cache.get('key')])).toEqual([1, 1])
  expect(await cache.get('key')).toBe(1)
  cache.clear()
  expect(await cache.get('key')).toBe(2)
})

test('a load that failed is tried again, and does not drop the one that came after it', async () => {
  const failing = Promise.withResolvers<string>()
  const loads = [failing.promise, Promise.resolve('value')]
  const cache = new Cache(() => loads.shift()!)
  const early = cache.get('key')
  cache.drop('key')
  expect(await cache.get('key')).toBe('value')
  failing.reject(new Error('the store is away'))
  await expect(early).rejects.toThrow('away')
  expect(await cache.get('key')).toBe('value')
})

test('a load that failed is not kept', async () => {
  const loads = [Promise.reject(new Error('the store is away')), Promise.resolve('value')]
  const cache = new Cache(() => loads.shift()!)
  await expect(cache.get('key')).rejects.toThrow('away')
  expect(await cache.get('key')).toBe('value')
})
