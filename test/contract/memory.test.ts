import { describe, test } from 'vitest'
import { transportContract } from '../../src/testing/index.ts'
import { memoryHarness } from './memory-harness.ts'

const harness = memoryHarness((transport) => transport)

describe.concurrent('memory keeps the contract', () => {
  for (const { about, name, run } of transportContract) test(`${about}: ${name}`, () => run(harness))
})
