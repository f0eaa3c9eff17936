import { expect, test } from 'vitest'
import { isSuspect, unansweredDeliveries } from '../../src/rabbitmq/suspicion.ts'
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

test('what came in a suspect batch is a suspect from the start, and its own deliveries count on', () => {
  const alone = message('{}', { headers: { 'event-bus-deliveries': 3, 'x-delivery-count': 2 } })
  expect(isSuspect(alone)).toBe(true)
  expect(unansweredDeliveries(alone)).toBe(3)
  expect(unansweredDeliveries({ ...alone, fields: { ...alone.fields, redelivered: true } })).toBe(5)
})
