import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import type { QuerySettings } from '../../src/store/driver.ts'
import { migrations } from '../../src/store/sqlite/schema.ts'
import { atPositions, positionsOfType, restOf, selectorsOf, type Walk } from '../../src/store/sqlite/selectors.ts'

const nothing: QuerySettings = {
  patterns: undefined,
  source: undefined,
  subject: undefined,
  correlationId: undefined,
  causationId: undefined,
  id: undefined,
  sinceMs: -Infinity,
  untilMs: Infinity,
  afterPosition: 0,
  beforePosition: 1_000,
  isBackward: false,
  limit: 100,
}

const database = new DatabaseSync(':memory:')
for (const migration of migrations) database.exec(migration)

function planOf(sql: string): string[] {
  return database
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map(({ detail }) => String(detail))
}

function walkOf(query: Partial<QuerySettings>, source?: number, types?: readonly number[]): Walk {
  const [selector] = selectorsOf({ query: { ...nothing, ...query }, source, types })
  if (!selector) throw new Error('there is no selector')
  return selector.walk
}

/** Every way to read, with the index that it must follow. */
const walks: Readonly<Record<string, [Walk, string]>> = {
  position: [walkOf({}), 'INTEGER PRIMARY KEY (rowid>? AND rowid<?)'],
  type: [walkOf({}, undefined, [1]), 'events_by_type (type_id=? AND rowid>? AND rowid<?)'],
  source: [walkOf({}, 1), 'events_by_source (source_id=? AND rowid>? AND rowid<?)'],
  subject: [walkOf({ subject: 's' }), 'events_by_subject (subject=? AND rowid>? AND rowid<?)'],
  correlation: [walkOf({ correlationId: 'c' }), 'events_by_correlation (correlation_id=? AND rowid>? AND rowid<?)'],
  causation: [walkOf({ causationId: 'c' }), 'events_by_causation (causation_id=? AND rowid>? AND rowid<?)'],
  id: [walkOf({ id: 'i' }), 'events_by_id (id=? AND rowid>? AND rowid<?)'],
}

describe('a page costs the same in a store of any size', () => {
  for (const [name, [walk, index]] of Object.entries(walks)) {
    const { whole, sifted, count, countWhole } = walk
    const statements = { whole: whole.forward, backward: whole.backward, sifted: sifted.forward, count, countWhole }
    for (const [kind, sql] of Object.entries(statements)) {
      test(`by ${name}, ${kind}: it follows the index and sorts nothing`, () => {
        const plan = planOf(sql).join('\n')
        expect(plan).toContain(index)
        expect(plan).not.toMatch(/TEMP B-TREE|SCAN events/)
      })
    }
  }

  test('by several types: it follows the index of each, and looks events up by position', () => {
    expect(planOf(positionsOfType.backward)).toEqual([
      'SEARCH events USING COVERING INDEX events_by_type (type_id=? AND rowid>? AND rowid<?)',
    ])
    const plan = planOf(atPositions.sifted.forward).join('\n')
    expect(plan).toContain('SEARCH events USING INTEGER PRIMARY KEY (rowid=?)')
    expect(plan).not.toMatch(/TEMP B-TREE|SCAN events/)
  })
})

test('all that an index does not see to is asked of the event', () => {
  const query = { ...nothing, subject: 's', correlationId: 'c', causationId: 'k', id: 'i', sinceMs: 5 }
  expect(restOf({ query, source: 3, types: [1, 2] }, undefined)).toEqual({
    source: 3,
    subject: 's',
    correlation: 'c',
    causation: 'k',
    id: 'i',
    since: 5,
    until: expect.any(Number) as number,
    types: '[1,2]',
  })
})
