import { randomInt, randomUUID } from 'node:crypto'
import { type Channel, type ChannelModel, connect } from 'amqplib'
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { PatternTrie } from '../../src/core/pattern-trie.ts'
import { eventType, pattern, sample } from '../patterns/arbitraries.ts'
import { corpus, refusedCorpus } from '../patterns/corpus.ts'
import { matchesByDefinition } from '../patterns/reference.ts'

const seed = Number(process.env.PATTERN_SEED ?? randomInt(2 ** 31))
const cases = [...corpus, ...refusedCorpus]
const patterns = distinct([...cases.map((one) => one.pattern), ...sample(pattern, 150, seed)])
const types = distinct([...cases.filter(isShort).map((one) => one.type), ...sample(eventType, 150, seed + 1)])

const sentinel = 'all types were published'
let connection: ChannelModel
let channel: Channel
let exchange: string

beforeAll(async () => {
  connection = await connect(inject('amqpUrl'))
  channel = await connection.createChannel()
})

afterAll(() => connection?.close())

// Goes by itself with its last binding, and those go with the connection's exclusive queues.
beforeEach(async () => {
  exchange = `patterns-test-${randomUUID()}`
  await channel.assertExchange(exchange, 'topic', { durable: false, autoDelete: true })
})

test(`the broker reads every pattern as the corpus, the definition and the trie do (PATTERN_SEED=${seed})`, async () => {
  console.info(`PATTERN_SEED=${seed}: ${patterns.length} patterns x ${types.length} types`)
  const received = await askBroker(patterns, types)
  const trie = trieOf(patterns)
  for (const one of patterns) {
    expect(received.get(one), one).toEqual(types.filter((type) => matchesByDefinition(one, type)))
    expect(received.get(one), one).toEqual(types.filter((type) => trie.match(type).includes(one)))
  }
  for (const { pattern, type, matches } of cases.filter(isShort)) {
    expect(received.get(pattern)?.includes(type), `pattern '${pattern}', type '${type}'`).toBe(matches)
  }
})

test('the broker reads types of very many words as the corpus does', async () => {
  const long = cases.filter((one) => !isShort(one))
  const received = await askBroker(distinct(long.map((one) => one.pattern)), distinct(long.map((one) => one.type)))
  for (const { pattern, type, matches } of long) {
    expect(received.get(pattern)?.includes(type), `pattern '${pattern}', type '${type}'`).toBe(matches)
  }
})

test('a queue bound by two patterns that both match gets one copy: a broker fact the instance queue rests on', async () => {
  const queue = await bindQueue(['app.*', '#', 'app.installed'])
  publish(['app.installed'], [queue])
  expect(await receiveAll(queue)).toEqual(['app.installed'])
})

/** What each pattern's queue receives of all the types, in the order of publishing. */
async function askBroker(patterns: readonly string[], types: readonly string[]): Promise<Map<string, string[]>> {
  const queues = await Promise.all(patterns.map((one) => bindQueue([one])))
  publish(types, queues)
  const answers = await Promise.all(queues.map(receiveAll))
  return new Map(patterns.map((one, index) => [one, answers[index] ?? []]))
}

async function bindQueue(patterns: readonly string[]): Promise<string> {
  const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, durable: false })
  for (const one of patterns) await channel.bindQueue(queue, exchange, one)
  return queue
}

/** The sentinel goes past the exchange; a queue keeps the order of what one channel publishes. */
function publish(types: readonly string[], queues: readonly string[]): void {
  for (const type of types) channel.publish(exchange, type, Buffer.from(type))
  for (const queue of queues) channel.sendToQueue(queue, Buffer.from(sentinel))
}

function receiveAll(queue: string): Promise<string[]> {
  const received: string[] = []
  return new Promise((resolve, reject) => {
    const take = (text: string) => (text === sentinel ? resolve(received) : received.push(text))
    channel
      .consume(
        queue,
        (message) => (message ? take(message.content.toString()) : reject(new Error('consumer cancelled'))),
        {
          noAck: true,
        },
      )
      .catch(reject)
  })
}

/** RabbitMQ 3.10 tries every way in which several `#` can share many words: each `#` more costs it a factor of the words. */
function isShort({ type }: { readonly type: string }): boolean {
  return type.split('.').length <= 10
}

function trieOf(patterns: readonly string[]): PatternTrie<string> {
  const trie = new PatternTrie<string>()
  for (const one of patterns) trie.add(one, one)
  return trie
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)]
}
