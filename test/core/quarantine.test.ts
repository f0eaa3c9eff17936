import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Quarantine } from '../../src/core/quarantine.ts'

test('suspects run one at a time, and each has its turn, whatever becomes of the others', async () => {
  const quarantine = new Quarantine()
  let running = 0
  const run = (number: number): Promise<number> =>
    quarantine.run(async () => {
      expect(++running).toBe(1)
      await turn()
      running--
      if (number % 2 === 0) throw new Error(`${number} failed`)
      return number
    })
  const results = await Promise.allSettled([1, 2, 3, 4, 5].map(run))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'])
  expect(await run(7)).toBe(7)
})
