import { describe, expect, test } from 'vitest'
import { type ContractCase, transportContract } from '../../src/testing/index.ts'
import { brokenTransports } from './broken-transports.ts'
import { memoryHarness } from './memory-harness.ts'

/** What a broken transport never does is waited for this long; a sound one takes far less in a quiet process. */
const deadlineMs = 300

test('every contract case has a transport that breaks its promise', () => {
  const names = transportContract.map(({ name }) => name)
  const broken = new Set(brokenTransports.map(({ breaks }) => breaks))
  expect(names.filter((name) => !broken.has(name))).toEqual([])
  expect([...broken].filter((name) => !names.includes(name))).toEqual([])
  expect(new Set(names).size).toBe(names.length)
})

describe.concurrent('the contract fails on a transport that', () => {
  for (const { breaks, how, complaint, make } of brokenTransports) {
    // On a machine that pauses, a delay that was left out can seem to have passed: that luck does not hold.
    test(`${how} [${breaks}]`, { retry: 2 }, () =>
      expect(caseNamed(breaks).run(memoryHarness(make(), deadlineMs))).rejects.toThrow(complaint),
    )
  }
})

describe('the same contract passes in the same way on the sound transport', () => {
  for (const { name, run } of transportContract) {
    test(name, () => run(memoryHarness((transport) => transport, 10 * deadlineMs)))
  }
})

function caseNamed(name: string): ContractCase {
  const found = transportContract.find((one) => one.name === name)
  if (!found) throw new Error(`no contract case is called '${name}'`)
  return found
}
