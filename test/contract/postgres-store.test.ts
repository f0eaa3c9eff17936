import { Pool, type PoolConfig } from 'pg'
import { describe, inject, test } from 'vitest'
import { type PostgresOptions, type PostgresPool, postgresStore } from '../../src/store/postgres/index.ts'
import { storeContract, type StoreHarness } from '../../src/testing/index.ts'
import { newSchema } from '../support/postgres/schemas.ts'

/** Each space is a schema of its own. */
function harness(server: () => { options: PostgresOptions; end?: () => Promise<void> }): StoreHarness {
  return {
    async open() {
      const { schema, drop } = newSchema()
      const ends: (() => Promise<void>)[] = []
      return {
        store() {
          const { options, end } = server()
          if (end) ends.push(end)
          return postgresStore({ ...options, schema })
        },
        async close() {
          for (const end of ends) await end()
          await drop()
        },
      }
    },
  }
}

function newPool(options?: PoolConfig): Pool {
  return new Pool({ connectionString: inject('postgresUrl'), max: 2, ...options })
}

const harnesses: Readonly<Record<string, StoreHarness>> = {
  'with connections of its own': harness(() => ({ options: { url: inject('postgresUrl') } })),

  'on a pool of the caller': harness(() => {
    const pool = newPool()
    return { options: { pool }, end: () => pool.end() }
  }),

  'on a pool of another make, where every statement gets another connection and none is prepared': harness(() => {
    const pool = newPool({ maxUses: 1 })
    const plain: PostgresPool = {
      query: ({ text, values, rowMode, types }) => pool.query({ text, values, rowMode, types }),
    }
    return { options: { pool: plain, preparedStatements: false }, end: () => pool.end() }
  }),
}

for (const [how, one] of Object.entries(harnesses)) {
  describe.concurrent(`the PostgreSQL store, ${how}, keeps the contract`, () => {
    for (const { about, name, run } of storeContract) test(`${about}: ${name}`, () => run(one))
  })
}
