import { expect, test } from 'vitest'
import { waitFor } from '../support/wait-for.ts'

test('resolves with the first truthy value of a synchronous or asynchronous condition', async () => {
  let calls = 0
  expect(await waitFor(() => (++calls === 3 ? 'third' : undefined))).toBe('third')
  expect(await waitFor(async () => ++calls)).toBe(4)
})

test('a condition that throws is asked again', async () => {
  let calls = 0
  const condition = (): boolean => {
    if (++calls < 3) throw new Error('not yet')
    return true
  }
  expect(await waitFor(condition)).toBe(true)
})

test('a wait in vain fails with the message and the last value', async () => {
  const waiting = waitFor(() => 0, { timeoutMs: 30, message: 'all events arrived' })
  await expect(waiting).rejects.toThrow('all events arrived: not within 30 ms, last value: 0')
})

test('a wait in vain carries the last error', async () => {
  const cause = new Error('still away')
  const waiting = waitFor(() => Promise.reject(cause), { timeoutMs: 30, message: 'broker' })
  await expect(waiting).rejects.toMatchObject({
    message: 'broker: not within 30 ms, last error: Error: still away',
    cause,
  })
})
