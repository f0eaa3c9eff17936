import { expect, test } from 'vitest'
import { Bindings } from '../../src/rabbitmq/bindings.ts'
import type { Channel } from '../../src/rabbitmq/driver.ts'

/** What a channel was asked for; `onBind` is called before it answers. */
function recorder(onBind: (pattern: string) => void = () => {}): { channel: Channel; asked: string[] } {
  const asked: string[] = []
  const channel = {
    async bindQueue(_queue: string, _exchange: string, pattern: string) {
      asked.push(pattern)
      onBind(pattern)
    },
    async unbindQueue(_queue: string, _exchange: string, pattern: string) {
      asked.push(`not ${pattern}`)
    },
  }
  return { channel: channel as unknown as Channel, asked }
}

function bindingsTo(...patterns: readonly string[]): Bindings {
  const bindings = new Bindings('queue', 'exchange')
  for (const pattern of patterns) void bindings.add(pattern)
  return bindings
}

test('very many patterns are bound again some at a time, all of them in turn, and then from the first one on', async () => {
  const patterns = Array.from({ length: 500 }, (_, index) => `p.${index}`)
  const bindings = bindingsTo(...patterns)
  const { channel, asked } = recorder()
  await bindings.rebind(channel)
  expect(asked.length).toBeLessThan(patterns.length)
  while (asked.length < patterns.length) await bindings.rebind(channel)
  await bindings.rebind(channel)
  expect(asked.slice(0, patterns.length)).toEqual(patterns)
  expect(asked[patterns.length]).toBe(patterns[0])
})

test('what was taken away is not bound again, also where that happens meanwhile', async () => {
  const bindings = bindingsTo('a', 'b', 'c')
  const { channel, asked } = recorder((pattern) => {
    if (pattern === 'a') void bindings.delete('a').then(() => bindings.delete('b'))
  })
  await bindings.rebind(channel)
  await bindings.rebind(channel)
  expect(asked).toEqual(['a', 'not a', 'c', 'c'])
})
