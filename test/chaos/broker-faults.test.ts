import { afterAll, afterEach, beforeAll, beforeEach, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fleet } from '../support/members/fleet.ts'
import { type PrivateBroker, startBroker } from '../support/rabbitmq/private-broker.ts'
import { onChannel } from '../support/rabbitmq/topology.ts'
import { waitFor } from '../support/wait-for.ts'

let broker: PrivateBroker
let fleet: Fleet

beforeAll(async () => {
  broker = await startBroker()
})

afterAll(() => broker.remove())

beforeEach(async () => {
  fleet = new Fleet({ url: broker.url, brokerUrl: broker.url, inFlight: 20, restMs: 10 })
  await fleet.start()
  fleet.publish()
})

afterEach(() => fleet.end())

/** Load goes on for a while after the fault; then everything is accounted for. */
async function settle(): Promise<void> {
  await fleet.confirmedMore(500)
  fleet.finish()
  await fleet.settle()
}

test('a broker that is killed and comes back loses no confirmed event', async () => {
  // RabbitMQ fact: a quorum queue that was declared less than a second before its only node is killed never recovers.
  await sleep(2_000)
  await broker.kill()
  await broker.start()
  await settle()
})

test('a broker that restarts in an orderly way loses no confirmed event', async () => {
  await fleet.confirmed(500)
  await broker.stop()
  await broker.start()
  await settle()
})

test('a broker that closes all connections ten times loses no confirmed event', async () => {
  for (let time = 1; time <= 10; time++) {
    await fleet.confirmedMore(50)
    await broker.ctl('close_all_connections', 'test')
  }
  await settle()
})

test('a memory alarm makes publishers wait; when it is over all goes out', async () => {
  await fleet.confirmed(500)
  await broker.ctl('set_vm_memory_high_watermark', '0.000001')
  const isBlocked = async (): Promise<boolean> => (await broker.ctl('list_connections', 'state')).includes('block')
  await waitFor(isBlocked, { timeoutMs: 30_000, message: 'blocked connections' })
  await broker.ctl('set_vm_memory_high_watermark', '0.4')
  await settle()
})

test('an instance that is killed gets, when it is back, what it had in hand and what came meanwhile', async () => {
  await fleet.confirmed(500)
  await fleet.killMember('receiver-2')
  await fleet.confirmedMore(500)
  await fleet.startMember('receiver-2')
  await settle()
})

test('a queue of a group that is deleted under its consumers is made again', async () => {
  // What lies in it goes with it, by whoever deletes it: so nothing is published meanwhile.
  await settle()
  await onChannel(broker.url, (channel) => channel.deleteQueue(`${fleet.exchange}:group:workers:work.#`))
  await fleet.expectConsumers()
})
