import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createEventBus, type EventBus, silentLogger } from '../../src/index.ts'
import { rabbitmq } from '../../src/rabbitmq/index.ts'
import { onChannel, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
let exchangeName: string
let full: string
let warnings: string[]
let bus: EventBus

/** A queue that refuses what is beyond its one message. */
beforeEach(async () => {
  exchangeName = `test.refusals.${randomUUID().slice(0, 8)}`
  full = `${exchangeName}:full`
  warnings = []
  bus = createEventBus({
    source: 'test',
    logger: { ...silentLogger, warn: (_fields, message) => void warnings.push(message) },
    transport: rabbitmq({ url, exchangeName }),
  })
  await bus.ready
  await onChannel(url, async (channel) => {
    await channel.assertQueue(full, { maxLength: 1, arguments: { 'x-overflow': 'reject-publish' } })
    await channel.bindQueue(full, exchangeName, 'full.#')
  })
  await bus.publish({ type: 'full.first', data: 1 })
})

afterEach(async () => {
  await bus.close()
  await removeTopologyOf(url, exchangeName, [full])
})

test('an event that a full queue refuses goes out when there is room, on another channel if need be', async () => {
  const published = bus.publish({ type: 'full.second', data: 2 })
  await waitFor(() => warnings.some((message) => message.includes('opening another channel for')), {
    message: 'another channel',
  })
  await onChannel(url, (channel) => channel.purgeQueue(full))
  const { id } = await published
  const message = await onChannel(url, (channel) => channel.get(full, { noAck: true }))
  expect(message && message.properties.messageId).toBe(id)
})

test('an event that is refused again and again is PUBLISH_REFUSED, and others go out meanwhile', async () => {
  const refused = bus.publish({ type: 'full.second', data: 2 })
  const others = Array.from({ length: 100 }, () => bus.publish({ type: 'empty', data: 3 }))
  await Promise.all(others)
  await expect(refused).rejects.toMatchObject({ code: 'PUBLISH_REFUSED', event: { type: 'full.second' } })
}, 30_000)
