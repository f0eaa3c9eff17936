import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Deadlines } from '../../src/rabbitmq/deadlines.ts'

class Wait {
  readonly deadline: number
  expiredAt: number | undefined
  readonly #home: Set<Wait>

  constructor(home: Set<Wait>, timeoutMs: number) {
    this.deadline = performance.now() + timeoutMs
    this.#home = home
    home.add(this)
  }

  expire(): void {
    this.expiredAt = performance.now()
    this.#home.delete(this)
  }
}

let waiting: Set<Wait>
let deadlines: Deadlines

beforeEach(() => {
  vi.useFakeTimers()
  waiting = new Set()
  deadlines = new Deadlines(waiting)
})

afterEach(() => {
  deadlines.stop()
  vi.useRealTimers()
})

function wait(timeoutMs: number): Wait {
  const one = new Wait(waiting, timeoutMs)
  deadlines.watch(one)
  return one
}

test('each expires when its time is up, in whatever order they came', () => {
  const limits = [500, 30_000, 100, Infinity, 2_000]
  const waits = limits.map(wait)
  const start = performance.now()
  vi.advanceTimersByTime(60_000)
  for (const [index, { expiredAt }] of waits.entries()) {
    const limit = limits[index] ?? 0
    if (limit === Infinity) expect(expiredAt).toBeUndefined()
    else expect((expiredAt ?? Infinity) - start - limit).toBeLessThanOrEqual(10)
  }
})

test('none expires early, and none that is gone', () => {
  const [gone, stays] = [wait(1_000), wait(1_500)]
  waiting.delete(gone)
  vi.advanceTimersByTime(1_499)
  expect(stays.expiredAt).toBeUndefined()
  vi.advanceTimersByTime(11)
  expect(stays.expiredAt).toBeDefined()
  expect(gone.expiredAt).toBeUndefined()
})

test('who comes when nobody waits is watched again', () => {
  wait(100)
  vi.advanceTimersByTime(1_000)
  const later = wait(100)
  vi.advanceTimersByTime(110)
  expect(later.expiredAt).toBeDefined()
})

test('there is one timer for all', () => {
  for (let count = 0; count < 1_000; count++) wait(30_000 + count)
  expect(vi.getTimerCount()).toBe(1)
})
