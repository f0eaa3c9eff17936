import { afterAll, afterEach, beforeAll, inject, test } from 'vitest'
import { faultsOfBrokers, readTable, runCell } from '../../support/clusters-table.ts'
import { type PrivateBroker, startBroker } from '../../support/rabbitmq/private-broker.ts'
import { TestClusters } from '../../support/test-clusters.ts'
import { waitFor } from '../../support/wait-for.ts'

const url = inject('amqpUrl')
const cells = readTable().filter(([fault]) => faultsOfBrokers.includes(fault))
let broker: PrivateBroker
let clusters: TestClusters

beforeAll(async () => {
  broker = await startBroker()
})

afterAll(() => broker.remove())

afterEach(async () => {
  await endAlarm()
  await clusters.end()
})

/** The broker takes no more events from connections that publish. */
async function raiseAlarm(): Promise<void> {
  await broker.ctl('set_vm_memory_high_watermark', '0.000001')
  const alarms = (): Promise<string> => broker.ctl('eval', 'rabbit_alarm:get_alarms().')
  await waitFor(async () => (await alarms()).includes('memory'), { timeoutMs: 120_000, message: 'the alarm' })
}

async function endAlarm(): Promise<void> {
  await broker.ctl('set_vm_memory_high_watermark', '0.4')
}

test.for(cells)('%s, policy %s: %s, handled %s', async (cell) => {
  const isPreferred = cell[0].startsWith('the preferred')
  clusters = await TestClusters.start(isPreferred ? { eu: broker.url, us: url } : { eu: url, us: broker.url })
  clusters.removeLater('group:work:a.*')
  await runCell(clusters, cell, { during: raiseAlarm, after: endAlarm })
})
