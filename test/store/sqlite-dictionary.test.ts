import { expect, onTestFinished, test } from 'vitest'
import { Database } from '../../src/store/sqlite/database.ts'
import { Dictionary, typeStatements } from '../../src/store/sqlite/dictionary.ts'
import { migrations } from '../../src/store/sqlite/schema.ts'

function databaseWith(...types: readonly string[]): Database {
  const database = new Database(':memory:')
  onTestFinished(() => database.close())
  for (const migration of migrations) database.execute(migration)
  for (const type of types) database.change('INSERT INTO event_types (type) VALUES (?)', type)
  return database
}

test('a word has the number that the file has for it, and a new one is added', () => {
  const database = databaseWith('a', 'b')
  const dictionary = new Dictionary(typeStatements)
  expect([dictionary.numberOf(database, 'b'), dictionary.numberOf(database, 'c')]).toEqual([2, 3])
  expect(Object.fromEntries(new Dictionary(typeStatements).refresh(database))).toEqual({ a: 1, b: 2, c: 3 })
})

test('words that others add are learnt, those too that came in front of an own one', () => {
  const database = databaseWith('a')
  const dictionary = new Dictionary(typeStatements)
  dictionary.refresh(database)
  database.change('INSERT INTO event_types (type) VALUES (?)', 'of another')
  dictionary.numberOf(database, 'own')
  expect(Object.fromEntries(dictionary.refresh(database))).toEqual({ a: 1, 'of another': 2, own: 3 })
})

test('what was learnt from one file is not used in another one', () => {
  const dictionary = new Dictionary(typeStatements)
  dictionary.refresh(databaseWith('a', 'b'))
  const other = databaseWith('b')
  expect(dictionary.numberOf(other, 'b')).toBe(1)
  expect([...dictionary.refresh(other).keys()]).toEqual(['b'])
})
