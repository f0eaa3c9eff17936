import { describe, inject, test } from 'vitest'
import { transportContract } from '../../src/testing/index.ts'
import { rabbitmqHarness } from './rabbitmq-harness.ts'

const url = inject('amqpUrl')

describe.concurrent('RabbitMQ keeps the contract', () => {
  const harness = rabbitmqHarness(url)
  for (const { about, name, run } of transportContract) test(`${about}: ${name}`, () => run(harness))
})

/** What the way of encoding can break. */
const aboutContent = ['events', 'failures', 'context']

describe.concurrent('RabbitMQ keeps the contract in binary mode', () => {
  const harness = rabbitmqHarness(url, { format: 'binary' })
  const cases = transportContract.filter(({ about }) => aboutContent.includes(about))
  for (const { about, name, run } of cases) test(`${about}: ${name}`, () => run(harness))
})
