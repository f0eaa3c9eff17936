import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lastPositionSql, postgresStore } from '../../src/store/postgres/index.ts'
import { nextBlockSql, previousBlockSql } from '../../src/store/postgres/time-blocks.ts'
import { type Walk, walks } from '../../src/store/postgres/walks.ts'
import { newSchema, type TestSchema } from '../support/postgres/schemas.ts'

let space: TestSchema
let client: Client

/** Enough events for the server to take a wrong way, of which it has no statistics, as after a large import. */
const fillSql = `
  INSERT INTO $schema.events (position, time_ms, recorded_ms, type_id, source_id, id, subject, correlation_id, causation_id, event)
  SELECT n, n, n, n % 10, n % 2, n::text, 's' || n % 100, 'c' || n % 100, 'k' || n % 100, repeat('x', 300)
  FROM generate_series(1, 30000) AS n`

beforeAll(async () => {
  space = newSchema()
  const store = postgresStore({ url: space.url, schema: space.schema })
  await store.count()
  await store.close()
  await space.sql(fillSql)
  client = new Client({ connectionString: space.url })
  await client.connect()
  // What a prepared statement gets from its sixth run on.
  await client.query('SET plan_cache_mode = force_generic_plan')
})

afterAll(async () => {
  await client.end()
  await space.drop()
})

async function planOf(sql: string): Promise<string> {
  const text = sql.replaceAll('$schema', space.schema).replaceAll('$madeAt', '0')
  const values = Array.from({ length: Math.max(...numbersIn(sql)) }, () => 'NULL')
  const execute = values.length === 0 ? 'looked_at' : `looked_at (${values.join()})`
  await client.query(`PREPARE looked_at AS ${text}`)
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN EXECUTE ${execute}`)
  await client.query('DEALLOCATE looked_at')
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}

function numbersIn(sql: string): number[] {
  return [0, ...Array.from(sql.matchAll(/\$(\d+)/g), ([, number]) => Number(number))]
}

/** Every way to look for events, and the index with the condition that it must follow. */
const ways: readonly (readonly [name: string, walk: Walk, index: string, condition: string])[] = [
  ['position', walks.byPosition, 'events_pkey', '"position" > $2) AND ("position" < $3'],
  ['id', walks.byId, 'events_by_id', 'id = $1'],
  ['type', walks.byType, 'events_by_type', 'ROW(type_id, "position") > ROW($1, $2)'],
  ['source', walks.bySource, 'events_by_source', 'ROW(source_id, "position") > ROW($1, $2)'],
  ['subject', walks.bySubject, 'events_by_subject', 'ROW("left"(subject, 500), "position") > ROW("left"($1, 500), $2)'],
  ['correlation', walks.byCorrelation, 'events_by_correlation', 'ROW(correlation_id, "position") > ROW($1, $2)'],
  ['causation', walks.byCausation, 'events_by_causation', 'ROW(causation_id, "position") > ROW($1, $2)'],
  ['several types', walks.byTypes, 'events_by_type', 'ROW(type_id, "position") > ROW(wanted.type_id, $2)'],
]

describe.each(ways)('by %s', (_, { whole, sifted, count, countSifted }, index, condition) => {
  test.each([
    ['forward', whole.forward],
    ['backward', whole.backward],
    ['forward, with a rest', sifted.forward],
    ['backward, with a rest', sifted.backward],
    ['count', count],
    ['count, with a rest', countSifted],
  ])('%s: the server follows the index to the page, whatever it knows of the events', async (_way, sql) => {
    const plan = await planOf(sql)
    expect(plan).toContain(`using ${index} `)
    expect(plan).toContain(condition)
    expect(plan).not.toContain('Seq Scan on events')
    expect(costOf(plan)).toBeLessThan(compiledFrom)
  })
})

test('the last position and the blocks of a time are found by their indexes', async () => {
  expect(await planOf(lastPositionSql)).toContain('Index Only Scan Backward using events_pkey')
  for (const sql of [nextBlockSql, previousBlockSql]) expect(await planOf(sql)).toContain('using event_blocks_pkey')
})

/** The default of `jit_above_cost`: compiling takes longer than running. */
const compiledFrom = 100_000

function costOf(plan: string): number {
  return Number(/cost=[\d.]+\.\.([\d.]+)/.exec(plan)?.[1])
}
