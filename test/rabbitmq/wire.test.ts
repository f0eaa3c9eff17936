import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import type { Channel } from '../../src/rabbitmq/driver.ts'
import { Batch } from '../../src/rabbitmq/outgoing-batch.ts'
import type { Outgoing } from '../../src/rabbitmq/outgoing.ts'
import { Wire } from '../../src/rabbitmq/wire.ts'
import { outgoing } from './outgoing.ts'

const ignore = { confirmed: () => {}, nacked: () => {} }
const limits = { maxEvents: 10, maxBytes: 1_000 }

/** A channel that takes all messages, and returns those that it is told to. */
class ReturningChannel extends EventEmitter {
  publish(): boolean {
    return true
  }

  return({ exchange, routingKey, properties }: Pick<Batch['message'], 'exchange' | 'routingKey' | 'properties'>): void {
    this.emit('return', { fields: { exchange, routingKey }, properties })
  }
}

function wireOn(channel: ReturningChannel): Wire {
  return new Wire(channel as unknown as Channel, ignore)
}

function event(id: string, mandatory: boolean, headers: object = {}): Outgoing {
  return outgoing(id, { joins: true, properties: { messageId: id, mandatory, headers } })
}

function returnedOf(...events: readonly Outgoing[]): boolean[] {
  return events.map(({ returned }) => returned)
}

test('of several messages with one id, that one is returned which must reach a queue, and is this copy', () => {
  const channel = new ReturningChannel()
  const wire = wireOn(channel)
  const copies = [event('a', false), event('a', true), event('a', true, { 'event-bus-copy': '1' }), event('b', true)]
  for (const copy of copies) wire.write(copy)
  channel.return(event('a', true).message)
  expect(returnedOf(...copies)).toEqual([false, true, false, false])
})

test('the return of a batch is one of each of its events, and of no other', () => {
  const channel = new ReturningChannel()
  const wire = wireOn(channel)
  const [a, b, c, alone] = [event('a', true), event('b', true), event('c', true), event('a', true)]
  const [batch, other] = [new Batch(a, limits), new Batch(c, limits)]
  batch.take(b)
  for (const parcel of [batch, other, alone]) wire.write(parcel)
  channel.return(batch.message)
  expect(returnedOf(a, b, c, alone)).toEqual([true, true, false, false])
})

test('what one channel has returned and not confirmed may reach a queue on the next', () => {
  const first = new ReturningChannel()
  const sent = event('a', true)
  wireOn(first).write(sent)
  first.return(sent.message)
  expect(sent.returned).toBe(true)
  wireOn(new ReturningChannel()).write(sent)
  expect(sent.returned).toBe(false)
})
