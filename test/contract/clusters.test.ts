import { describe, inject, test } from 'vitest'
import type { PublishPolicy } from '../../src/index.ts'
import { type TransportHarness, transportContract } from '../../src/testing/index.ts'
import { clustersHarness } from './clusters-harness.ts'
import { memoryHarness } from './memory-harness.ts'
import { rabbitmqHarness } from './rabbitmq-harness.ts'

const memory = memoryHarness((transport) => transport)
const policies: readonly PublishPolicy[] = ['all', 'any', 'failover']

describe.concurrent.for(policies)('two clusters in memory keep the contract, policy %s', (policy) => {
  keepContract(clustersHarness([memory, memory], policy))
})

describe.concurrent.for([1, 3])('%i clusters in memory keep the contract', (count) => {
  keepContract(clustersHarness(Array<TransportHarness>(count).fill(memory), 'any'))
})

describe.concurrent('two clusters, RabbitMQ and memory, keep the contract', { timeout: 120_000 }, () => {
  const rabbitmq = rabbitmqHarness(inject('amqpUrl'))
  const slowly = memoryHarness((transport) => transport, undefined, rabbitmq.speed ?? 1)
  keepContract({ ...clustersHarness([rabbitmq, slowly], 'all'), deadlineMs: 30_000 }, lagging)
})

/**
 * What one cluster has not handed out yet when the process ends, the next one gets, though another cluster had brought it:
 * docs/multi-cluster.md says so. Clusters that are equally fast hide it.
 */
const lagging = ['`close` waits for the handlers that run, and what they finish does not come again']

function keepContract(harness: TransportHarness, exceptions: readonly string[] = []): void {
  const cases = transportContract.filter(({ name }) => !exceptions.includes(name))
  for (const { about, name, run } of cases) test(`${about}: ${name}`, () => run(harness))
}
