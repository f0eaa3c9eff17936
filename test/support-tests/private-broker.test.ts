import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'amqplib'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { descendantsOf, processes } from '../support/processes.ts'
import { startBroker, type PrivateBroker } from '../support/rabbitmq/private-broker.ts'
import { waitFor } from '../support/wait-for.ts'

const queue = 'private-broker-test'
// A quorum queue needs a second on disk before its only node may die.
const settleMs = 2_000

let broker: PrivateBroker

beforeEach(async () => {
  broker = await startBroker()
})

afterEach(() => broker.remove())

test('what was confirmed before a kill is there after the next start', async () => {
  await declare()
  await sleep(settleMs)
  await publish('safe')
  await broker.kill()
  expect(broker.pid).toBeUndefined()
  await broker.start()
  expect(await take()).toBe('safe')
})

test('what was confirmed before an orderly stop is there after the next start', async () => {
  await declare()
  await publish('safe')
  await broker.stop()
  await broker.start()
  expect(await take()).toBe('safe')
})

test('rabbitmqctl speaks to this broker', async () => {
  expect(await broker.ctl('eval', 'node().')).toContain(broker.nodeName)
  await expect(broker.ctl('no_such_command')).rejects.toThrow()
})

test('kill, stop and remove leave no process and no file', async () => {
  await broker.kill()
  await broker.start()
  const started = descendantsOf(process.pid)
  expect(started.map(({ name }) => name)).toEqual(expect.arrayContaining(['beam.smp', 'epmd', 'erl_child_setup']))

  await broker.stop()
  await broker.remove()
  expect(existsSync(broker.folder)).toBe(false)
  await waitFor(() => started.every(({ pid }) => !processes().some((running) => running.pid === pid)), {
    message: 'all processes of the private broker gone',
  })
})

test('a broker that cannot start fails with its log', async () => {
  const starting = startBroker({ config: ['no.such.setting = 1'] })
  await expect(starting).rejects.toThrow(/ended while starting[^]*no\.such\.setting/)
})

test('it shares neither data nor cluster with the broker of the other tests', async () => {
  expect(new URL(inject('amqpUrl')).port).not.toBe(new URL(broker.url).port)
})

async function declare(): Promise<void> {
  const connection = await connect(broker.url)
  const channel = await connection.createChannel()
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  await connection.close()
}

async function publish(text: string): Promise<void> {
  const connection = await connect(broker.url)
  const channel = await connection.createConfirmChannel()
  channel.sendToQueue(queue, Buffer.from(text), { persistent: true })
  await channel.waitForConfirms()
  connection.on('error', () => {})
  await connection.close()
}

function take(): Promise<string> {
  return waitFor(async () => {
    const connection = await connect(broker.url)
    const channel = await connection.createChannel()
    const message = await channel.get(queue, { noAck: true })
    await connection.close()
    return message ? message.content.toString() : ''
  })
}
