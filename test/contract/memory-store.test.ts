import { describe, test } from 'vitest'
import { storeContract } from '../../src/testing/index.ts'
import { memoryStoreHarness } from './memory-store-harness.ts'

const harness = memoryStoreHarness()

describe.concurrent('the memory store keeps the contract', () => {
  for (const { about, name, run } of storeContract) test(`${about}: ${name}`, () => run(harness))
})
