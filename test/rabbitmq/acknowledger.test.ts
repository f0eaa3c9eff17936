import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { Acknowledger } from '../../src/rabbitmq/acknowledger.ts'
import type { Channel } from '../../src/rabbitmq/driver.ts'
import { waitFor } from '../support/wait-for.ts'

/** A channel that keeps the broker's book of deliveries, and refuses what the broker would close the channel for. */
class BookChannel {
  readonly frames: string[] = []
  readonly acknowledged: number[] = []
  readonly requeued: number[] = []
  readonly #outstanding: Set<number>

  constructor(deliveries: number) {
    this.#outstanding = new Set(Array.from({ length: deliveries }, (_, index) => index + 1))
  }

  get outstanding(): number[] {
    return [...this.#outstanding]
  }

  get asChannel(): Channel {
    return this as unknown as Channel
  }

  ack({ fields: { deliveryTag } }: { fields: { deliveryTag: number } }, multiple: boolean): void {
    this.frames.push(`ack ${multiple ? 'up to ' : ''}${deliveryTag}`)
    for (const tag of this.#take(deliveryTag, multiple)) this.acknowledged.push(tag)
  }

  nack({ fields: { deliveryTag } }: { fields: { deliveryTag: number } }, multiple: boolean, requeue: boolean): void {
    this.frames.push(`nack ${deliveryTag}`)
    expect(requeue).toBe(true)
    for (const tag of this.#take(deliveryTag, multiple)) this.requeued.push(tag)
  }

  #take(deliveryTag: number, multiple: boolean): number[] {
    if (!this.#outstanding.has(deliveryTag))
      throw new Error(`PRECONDITION_FAILED - unknown delivery tag ${deliveryTag}`)
    const taken = multiple ? this.outstanding.filter((tag) => tag <= deliveryTag) : [deliveryTag]
    for (const tag of taken) this.#outstanding.delete(tag)
    return taken
  }
}

describe('acknowledgements', () => {
  let channel: BookChannel
  let acknowledger: Acknowledger

  beforeEach(() => {
    channel = new BookChannel(5)
    acknowledger = new Acknowledger(channel.asChannel, 20)
  })

  test('wait a little for others, and are one frame', async () => {
    for (const tag of [1, 2, 3]) acknowledger.ack(tag)
    expect(channel.frames).toEqual([])
    await waitFor(() => channel.frames.length > 0, { message: 'an acknowledgement' })
    expect(channel.frames).toEqual(['ack up to 3'])
  })

  test('wait for no others when a quarter of the prefetch is settled', async () => {
    for (const tag of [1, 2, 3, 4, 5]) acknowledger.ack(tag)
    await new Promise((resolve) => setImmediate(resolve))
    expect(channel.frames).toEqual(['ack up to 5'])
  })

  test('come one by one beyond a delivery in hand, which holds back its own only', () => {
    for (const tag of [2, 4, 3]) acknowledger.ack(tag)
    acknowledger.flush()
    expect(channel.frames).toEqual(['ack 2', 'ack 4', 'ack 3'])
    expect(channel.outstanding).toEqual([1, 5])
  })

  test('never end in a tag that the broker knows already', () => {
    for (const tag of [2, 3]) acknowledger.ack(tag)
    acknowledger.flush()
    acknowledger.ack(1)
    acknowledger.flush()
    expect(channel.frames).toEqual(['ack 2', 'ack 3', 'ack up to 1'])
    acknowledger.ack(4)
    acknowledger.flush()
    expect(channel.frames.at(-1)).toBe('ack up to 4')
  })

  test('pass over what was handed back', () => {
    for (const tag of [1, 3]) acknowledger.ack(tag)
    acknowledger.release(2)
    acknowledger.release(4)
    acknowledger.flush()
    expect(channel.frames).toEqual(['nack 2', 'nack 4', 'ack up to 3'])
    expect(channel.requeued).toEqual([2, 4])
    expect(channel.outstanding).toEqual([5])
  })

  test('are held back for the last flush when the consumer ends', async () => {
    acknowledger.hold()
    for (const tag of [5, 4, 3, 2, 1]) acknowledger.ack(tag)
    await new Promise((resolve) => setImmediate(resolve))
    expect(channel.frames).toEqual([])
    acknowledger.flush()
    expect(channel.frames).toEqual(['ack up to 5'])
  })

  test('are sent once, however often they are flushed', () => {
    acknowledger.ack(1)
    for (let times = 0; times < 3; times++) acknowledger.flush()
    expect(channel.frames).toEqual(['ack up to 1'])
  })
})

test('in whatever order deliveries are settled, each is told once, as it was meant, and the channel lives', () => {
  const step = fc.record({ order: fc.nat(), release: fc.boolean(), flush: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const channel = new BookChannel(steps.length)
      const acknowledger = new Acknowledger(channel.asChannel, 20)
      const tags = steps.map((one, index) => ({ ...one, tag: index + 1 })).sort((a, b) => a.order - b.order)
      for (const { tag, release, flush } of tags) {
        if (release) acknowledger.release(tag)
        else acknowledger.ack(tag)
        if (flush) acknowledger.flush()
      }
      acknowledger.flush()
      const released = tags.filter(({ release }) => release).map(({ tag }) => tag)
      expect(channel.outstanding).toEqual([])
      expect(channel.requeued.sort(byNumber)).toEqual(released.sort(byNumber))
    }),
  )
})

test('a channel that is gone has nobody to tell', () => {
  const closed = (): never => {
    throw Object.assign(new Error('Channel closed'), { name: 'IllegalOperationError' })
  }
  const acknowledger = new Acknowledger({ ack: closed, nack: closed } as unknown as Channel, 20)
  acknowledger.ack(1)
  acknowledger.release(2)
  expect(() => acknowledger.flush()).not.toThrow()
})

function byNumber(a: number, b: number): number {
  return a - b
}
