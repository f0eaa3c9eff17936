import { describe, expect, test } from 'vitest'
import { PatternTrie } from '../../src/core/pattern-trie.ts'
import { Names } from '../../src/rabbitmq/names.ts'
import type { Item } from '../../src/rabbitmq/topology-item.ts'
import { levelOf, topLevel, WaitLadder } from '../../src/rabbitmq/wait-ladder.ts'

const ladder = new WaitLadder('e:wait', 'e:dead-letters', (name, args) => ({ kind: 'queue', name, arguments: args }))
const goals = ['e:instance:shop-1', 'e:group:g:a.*', 'e:group:g:a.x', 'e:group:g:#', 'e:scheduled']
const whole = [...ladder.plan(topLevel), ...goals.map((queue) => ladder.exitTo(queue))]

/** The broker, as far as the ladder uses it: routes by the plan's bindings and expires what waits. */
class Journey {
  readonly waits: number[] = []
  /** The queues that it ends in. */
  readonly ends: string[] = []
  readonly #items: readonly Item[]

  constructor(items: readonly Item[], seconds: number, queue: string) {
    this.#items = items
    const { exchange, routingKey } = ladder.route(seconds, queue)
    this.#arriveAt(exchange, routingKey)
  }

  #arriveAt(exchange: string, key: string): void {
    const bindings = this.#items.filter((item) => 'exchange' in item && item.exchange === exchange)
    for (const item of bindings) {
      if (item.kind === 'queueBinding' && matches(item.pattern, key)) this.#arriveIn(item.queue, key)
    }
    for (const item of this.#items) {
      if (item.kind === 'exchangeBinding' && item.from === exchange && matches(item.pattern, key))
        this.#arriveAt(item.to, key)
    }
  }

  #arriveIn(name: string, key: string): void {
    const queue = this.#items.find((item) => item.kind === 'queue' && item.name === name)
    const args = queue?.kind === 'queue' ? queue.arguments : {}
    if (args['x-message-ttl'] === undefined) {
      this.ends.push(name)
      return
    }
    this.waits.push(Number(args['x-message-ttl']) / 1_000)
    this.#arriveAt(String(args['x-dead-letter-exchange']), key)
  }
}

function matches(pattern: string, key: string): boolean {
  const trie = new PatternTrie<true>()
  trie.add(pattern, true)
  return trie.match(key).length > 0
}

const delays = [1, 2, 3, 5, 6, 7, 8, 59, 60, 64, 100, 3_600, 86_400, 2 ** 24 - 1, 2 ** 25 - 1, 2 ** 25]

describe('an event that waits', () => {
  test('waits in all as long as it shall, in the queues of its bits only, longest first', () => {
    for (const seconds of delays) {
      const { waits } = new Journey(whole, seconds, 'e:scheduled')
      const bits = Array.from({ length: 26 }, (_, bit) => 2 ** (25 - bit)).filter((bit) => seconds & bit)
      expect(waits, `${seconds} s`).toEqual(bits)
    }
  })

  test('takes one hop where the delay is a power of two', () => {
    for (let level = 0; level <= topLevel; level++) {
      expect(new Journey(whole, 2 ** level, 'e:scheduled').waits).toEqual([2 ** level])
    }
  })

  test('ends in the queue that it is for, and in no other, whatever dots and wildcards the names have', () => {
    for (const queue of goals) expect(new Journey(whole, 5, queue).ends).toEqual([queue])
  })

  test('needs no more levels than the plan for its delay has', () => {
    for (const seconds of delays) {
      const items = [...ladder.plan(levelOf(seconds)), ladder.exitTo('e:scheduled')]
      const { waits, ends } = new Journey(items, seconds, 'e:scheduled')
      expect([waits.reduce((sum, wait) => sum + wait), ends]).toEqual([seconds, ['e:scheduled']])
    }
  })
})

test('the level of a delay is that of its highest bit', () => {
  const pairs = [1, 2, 3, 4, 127, 128, 2 ** 25 - 1, 2 ** 25].map((seconds) => [seconds, levelOf(seconds)])
  expect(pairs).toEqual([
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 2],
    [127, 6],
    [128, 7],
    [2 ** 25 - 1, 24],
    [2 ** 25, 25],
  ])
})

test('a routing key has 255 bytes at the most, however long the names are', () => {
  const names = new Names('語'.repeat(33))
  const queue = names.queueOf({ kind: 'group', group: '語'.repeat(33), pattern: '語'.repeat(85) }, 'x')
  for (const { routingKey } of [ladder.route(1, queue), ladder.route(2 ** 25, queue)])
    expect(Buffer.byteLength(routingKey)).toBeLessThanOrEqual(255)
})

describe('the plan', () => {
  test('of each level has an exchange, a queue that loses nothing, and the ways on', () => {
    expect(ladder.plan(1).filter((item) => 'name' in item && item.name === 'e:wait:1')).toEqual([
      { kind: 'exchange', name: 'e:wait:1', type: 'topic', durable: true },
      {
        kind: 'queue',
        name: 'e:wait:1',
        arguments: {
          'x-dead-letter-strategy': 'at-least-once',
          'x-overflow': 'reject-publish',
          'x-message-ttl': 2_000,
          'x-dead-letter-exchange': 'e:wait:0',
        },
      },
    ])
  })

  test('names everything before it is used', () => {
    const known = new Set(['e:dead-letters'])
    for (const item of ladder.plan(topLevel)) {
      if (item.kind === 'exchange' || item.kind === 'queue') {
        const { alternate } = item as { alternate?: string }
        if (alternate !== undefined) expect(known).toContain(`exchange ${alternate}`)
        known.add(item.kind === 'exchange' ? `exchange ${item.name}` : item.name)
      }
      if (item.kind === 'queueBinding')
        for (const name of [item.queue, `exchange ${item.exchange}`]) expect(known).toContain(name)
      if (item.kind === 'exchangeBinding')
        for (const name of [item.from, item.to]) expect(known).toContain(`exchange ${name}`)
    }
  })

  test('grows at the end: more levels change nothing of those that are there', () => {
    expect(ladder.plan(8).slice(0, ladder.plan(6).length)).toEqual(ladder.plan(6))
  })

  test('sends what no queue wants any more to the dead letters', () => {
    const exit = whole.find((item) => item.kind === 'exchange' && item.name === 'e:wait:exit')
    expect(exit).toMatchObject({ alternate: 'e:wait:lost' })
    expect(whole).toContainEqual({
      kind: 'queueBinding',
      queue: 'e:dead-letters',
      exchange: 'e:wait:lost',
      pattern: '',
    })
  })
})
