import { expect, test } from 'vitest'
import { isSuspect } from '../../src/rabbitmq/suspicion.ts'
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
