import { expect, test } from 'vitest'
import { silentLogger } from '../../src/core/logger.ts'
import type { ConnectionManager } from '../../src/rabbitmq/connection-manager.ts'
import { type CheckedConsumer, ConsumerCheck, type ConsumerFault } from '../../src/rabbitmq/consumer-check.ts'
import type { ChannelState } from '../../src/rabbitmq/recovering-channel.ts'
import { waitFor } from '../support/wait-for.ts'

test('that the exchange is gone is told to all consumers before the first of them makes it anew', async () => {
  let isThere = false
  const channel = {
    checkQueue: async () => ({ consumerCount: 1, messageCount: 0 }),
    async checkExchange() {
      if (!isThere) throw Object.assign(new Error('NOT_FOUND'), { code: 404 })
    },
    close: async () => {},
  }
  const connection = { openChannel: async () => ({ channel }) }
  const connections = { state: { name: 'open', connection } } as unknown as ConnectionManager
  const told: [string, ConsumerFault][] = []
  const consumers = ['one', 'two', 'three'].map((queue): CheckedConsumer => {
    const restore = (fault: ConsumerFault): void => {
      isThere = true
      told.push([queue, fault])
    }
    return { queue, state: { name: 'open' } as ChannelState, arrived: 0, inHand: 0, rebind: async () => {}, restore }
  })
  const closing = new AbortController()
  const running = new ConsumerCheck(connections, 'x', () => consumers, 1, silentLogger).run(closing.signal)
  await waitFor(() => told.length > 0)
  closing.abort()
  await running
  const fault = { why: "The exchange 'x' is gone", exchangeIsGone: true }
  expect(told).toEqual(consumers.map(({ queue }) => [queue, fault]))
})
