import { describe, expect, test } from 'vitest'
import { type StoreCase, storeContract } from '../../src/testing/index.ts'
import { brokenStores } from './broken-stores.ts'
import { memoryStoreHarness } from './memory-store-harness.ts'

test('every case of the store contract has a store that breaks its promise', () => {
  const names = storeContract.map(({ name }) => name)
  const broken = new Set(brokenStores.map(({ breaks }) => breaks))
  expect(names.filter((name) => !broken.has(name))).toEqual([])
  expect([...broken].filter((name) => !names.includes(name))).toEqual([])
  expect(new Set(names).size).toBe(names.length)
})

describe.concurrent('the store contract fails on a store that', () => {
  for (const { breaks, how, complaint, make } of brokenStores) {
    test(`${how} [${breaks}]`, async () => {
      const { driver, store } = make()
      await expect(caseNamed(breaks).run(memoryStoreHarness(driver, store))).rejects.toThrow(complaint)
    })
  }
})

function caseNamed(name: string): StoreCase {
  const found = storeContract.find((one) => one.name === name)
  if (!found) throw new Error(`no case of the store contract is called '${name}'`)
  return found
}
