import { expect, test } from 'vitest'
import { WaitingLine } from '../../src/rabbitmq/waiting-line.ts'
import { outgoing, textsOf } from './outgoing.ts'

function lineOf(...texts: readonly string[]): WaitingLine {
  const line = new WaitingLine()
  for (const text of texts) line.push(outgoing(text))
  return line
}

function drain(line: WaitingLine): (string | undefined)[] {
  const taken = []
  for (let next = line.shift(); next; next = line.shift()) taken.push(next)
  return textsOf(taken)
}

test('first come, first served', () => {
  const line = lineOf('a', 'b')
  expect(textsOf([line.shift()])).toEqual(['a'])
  line.push(outgoing('c'))
  expect(drain(line)).toEqual(['b', 'c'])
  line.push(outgoing('d'))
  expect(drain(line)).toEqual(['d'])
})

test('what has to be sent again goes ahead, in its order', () => {
  const line = lineOf('a', 'b', 'c')
  const sent = [line.shift(), line.shift()].filter((one) => one !== undefined)
  line.unshift([])
  line.unshift(sent)
  expect(drain(line)).toEqual(['a', 'b', 'c'])
})

test('what was settled meanwhile is passed over', () => {
  const line = new WaitingLine()
  const [a, b, c] = [outgoing('a'), outgoing('b'), outgoing('c')]
  for (const one of [a, b, c]) line.push(one)
  a.resolve()
  b.giveUp('PUBLISH_TIMEOUT', 'Too late')
  expect(drain(line)).toEqual(['c'])
})

test('in a long outage the order holds, however many were settled', () => {
  const line = new WaitingLine()
  for (let count = 0; count < 5_000; count++) {
    const one = outgoing(String(count))
    line.push(one)
    if (count % 1_000 !== 0) one.resolve()
  }
  expect(drain(line)).toEqual(['0', '1000', '2000', '3000', '4000'])
})
