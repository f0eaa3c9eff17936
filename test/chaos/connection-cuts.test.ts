import { afterEach, expect, inject, test } from 'vitest'
import { Fleet } from '../support/members/fleet.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'

const events = 5_000
const cuts = 20
const inFlight = 50
const prefetch = 50

let proxy: TcpProxy | undefined
let fleet: Fleet | undefined

afterEach(async () => {
  await fleet?.end()
  await proxy?.close()
})

test('every confirmed event reaches every instance and the group, though all connections are cut 20 times', async () => {
  const broker = new URL(inject('amqpUrl'))
  proxy = await startTcpProxy({ host: broker.hostname, port: Number(broker.port || 5672) })
  broker.host = `127.0.0.1:${proxy.port}`
  fleet = new Fleet({ url: broker.href, brokerUrl: inject('amqpUrl'), events, inFlight, prefetch })
  await fleet.start()
  fleet.publish()
  for (let cut = 1; cut <= cuts; cut++) {
    await fleet.confirmed(Math.floor((cut * events) / (cuts + 1) / 50) * 50)
    proxy.cut()
  }
  for (const { where, duplicates } of await fleet.settle()) {
    // At each cut an event can be doubled by the publisher (sent, not confirmed) or by the broker (received, not settled).
    const atMost = cuts * (inFlight + (where === 'group' ? prefetch * 3 : 0))
    expect(duplicates, `duplicates at ${where}`).toBeLessThanOrEqual(atMost)
  }
})
