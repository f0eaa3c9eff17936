import { expect, test } from 'vitest'
import { unlessAborted } from '../../src/core/settled.ts'
import { waitFor } from '../support/wait-for.ts'

test('work that fails after the signal was aborted, before or meanwhile, is no unhandled rejection', async () => {
  const unhandled: unknown[] = []
  const listen = (reason: unknown): void => void unhandled.push(reason)
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', listen)
  try {
    const reason = new Error('over')
    for (const isAbortedBefore of [true, false]) {
      const controller = new AbortController()
      const work = Promise.withResolvers<void>()
      if (isAbortedBefore) controller.abort(reason)
      const result = unlessAborted(work.promise, controller.signal)
      controller.abort(reason)
      await expect(result).rejects.toBe(reason)
      work.reject(new Error('late'))
    }
    let turns = 0
    await waitFor(() => ++turns > 3, { message: 'turns of the event loop' })
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', listen)
    for (const other of others) process.on('unhandledRejection', other)
  }
})
