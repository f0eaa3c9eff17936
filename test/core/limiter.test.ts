import { expect, test } from 'vitest'
import { Limiter } from '../../src/core/limiter.ts'

test('as many enter at once as the limit says; the others in the order of asking', async () => {
  const limiter = new Limiter(2)
  const entered: string[] = []
  const enter = async (name: string): Promise<void> => {
    await limiter.enter()
    entered.push(name)
  }
  await Promise.all([enter('one'), enter('two')])
  const waiting = [enter('three'), enter('four')]
  await Promise.resolve()
  expect(entered).toEqual(['one', 'two'])
  limiter.leave()
  await waiting[0]
  expect(entered).toEqual(['one', 'two', 'three'])
  limiter.leave()
  await waiting[1]
  expect(entered).toEqual(['one', 'two', 'three', 'four'])
})

test('a free place is entered at once, without a promise', () => {
  const limiter = new Limiter(1)
  expect(limiter.enter()).toBe(true)
  limiter.leave()
  expect(limiter.enter()).toBe(true)
})

test('closing turns away who waits and who comes, and lets in nobody when a place is left', async () => {
  const limiter = new Limiter(1)
  expect(limiter.enter()).toBe(true)
  const waiting = limiter.enter()
  limiter.close()
  expect(await waiting).toBe(false)
  limiter.leave()
  expect(limiter.enter()).toBe(false)
})
