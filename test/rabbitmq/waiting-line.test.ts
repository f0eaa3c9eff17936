import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { EventBusError } from '../../src/core/errors.ts'
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

/** A message whose body and event, carried by its error, are held by nobody else when this returns. */
function timedOut(line: WaitingLine): WeakRef<object>[] {
  const one = outgoing('large')
  const event = { data: 'large' }
  const held = [new WeakRef<object>(one.message.body), new WeakRef(event)]
  line.push(one)
  one.reject(new EventBusError('PUBLISH_TIMEOUT', 'Too late').about(event))
  return held
}

test('what was settled while it waited keeps its place in the line, and no memory', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const line = lineOf('first')
  const held = timedOut(line)
  // A weak reference holds on until the turn is over.
  await turn()
  collectGarbage()
  expect(held.map((reference) => reference.deref())).toEqual([undefined, undefined])
  expect(drain(line)).toEqual(['first'])
})
