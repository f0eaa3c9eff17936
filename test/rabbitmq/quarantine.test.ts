import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isSuspect, Quarantine } from '../../src/rabbitmq/quarantine.ts'
import { message } from './message.ts'

function delivered(redelivered: boolean, count?: unknown) {
  const plain = message('{}', { headers: { 'x-delivery-count': count } })
  return { ...plain, fields: { ...plain.fields, redelivered } }
}

test('who was handed out three times without an answer is suspected; what a publisher says of that is not believed', () => {
  const counts = [undefined, 0, 1, 2, 3, 20, '3']
  expect(counts.filter((count) => isSuspect(delivered(true, count)))).toEqual([3, 20])
  expect(isSuspect(delivered(false, 20))).toBe(false)
})

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
