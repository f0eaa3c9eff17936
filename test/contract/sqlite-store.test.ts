import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, test } from 'vitest'
import { sqliteStore } from '../../src/store/sqlite/index.ts'
import { storeContract, type StoreHarness } from '../../src/testing/index.ts'

const harness: StoreHarness = {
  async open() {
    const folder = await mkdtemp(path.join(tmpdir(), 'eventbus-sqlite-'))
    return {
      store: () => sqliteStore({ file: path.join(folder, 'events.db') }),
      close: () => rm(folder, { recursive: true }),
    }
  },
}

describe.concurrent('the SQLite store keeps the contract', () => {
  for (const { about, name, run } of storeContract) test(`${about}: ${name}`, () => run(harness))
})
