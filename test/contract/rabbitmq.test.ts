import { describe, inject, test } from 'vitest'
import { transportContract } from '../../src/testing/index.ts'
import { rabbitmqHarness } from './rabbitmq-harness.ts'

const url = inject('amqpUrl')
/** Each case makes a dozen quorum queues of its own, beside those of the other tests that run at the same time. */
const limits = { deadlineMs: 30_000, timeout: 120_000 }

describe.concurrent('RabbitMQ keeps the contract', { timeout: limits.timeout }, () => {
  const harness = { ...rabbitmqHarness(url), deadlineMs: limits.deadlineMs }
  for (const { about, name, run } of transportContract) test(`${about}: ${name}`, () => run(harness))
})

/** What the way of encoding can break. */
const aboutContent = ['events', 'failures', 'context', 'correlation', 'replays']

describe.concurrent('RabbitMQ keeps the contract in binary mode', { timeout: limits.timeout }, () => {
  const harness = { ...rabbitmqHarness(url, { format: 'binary' }), deadlineMs: limits.deadlineMs }
  const cases = transportContract.filter(({ about }) => aboutContent.includes(about))
  for (const { about, name, run } of cases) test(`${about}: ${name}`, () => run(harness))
})

/** What can break where events leave together. */
const aboutBatches = [
  'publishing',
  'delivery',
  'order',
  'failures',
  'groups',
  'instances',
  'closing',
  'load',
  'retries',
]

describe.concurrent('RabbitMQ keeps the contract with events in batches', { timeout: limits.timeout }, () => {
  // So few that the members of a group share what is published at once.
  const harness = { ...rabbitmqHarness(url, { batching: { maxEvents: 5 } }), deadlineMs: limits.deadlineMs }
  const cases = transportContract.filter(({ about }) => aboutBatches.includes(about))
  for (const { about, name, run } of cases) test(`${about}: ${name}`, () => run(harness))
})

/** What can break where another kind of queue hands out. */
const aboutQueues = [...aboutBatches, 'context', 'readiness', 'schedules', 'unsubscribing']

describe.concurrent('RabbitMQ keeps the contract on classic queues', { timeout: limits.timeout }, () => {
  const harness = { ...rabbitmqHarness(url, { queueType: 'classic' }), deadlineMs: limits.deadlineMs }
  const cases = transportContract.filter(({ about }) => aboutQueues.includes(about))
  for (const { about, name, run } of cases) test(`${about}: ${name}`, () => run(harness))
})
