import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { migrations } from '../../src/store/sqlite/schema.ts'
import { sqliteStore } from '../../src/store/sqlite/index.ts'
import { eventsWith, eventWith, everyUse, openStore, storeFile } from '../support/stores/open-store.ts'
import { temporaryFolder } from '../support/stores/temporary-folder.ts'

/** A closed store with events, as one file. */
async function filledFile(events = 2_000): Promise<string> {
  const file = storeFile()
  const store = openStore(file)
  await store.append(eventsWith(events, { data: 'x'.repeat(200) }))
  await store.close()
  return file
}

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
}

describe('a file that is no store', () => {
  test('is refused if it is no database, and not touched', async () => {
    const file = storeFile()
    writeFileSync(file, 'dear diary, '.repeat(1_000))
    await expect(openStore(file).append([eventWith()])).rejects.toMatchObject({
      code: 'STORE_FOREIGN',
      message: expect.stringContaining(file) as string,
    })
    expect(readFileSync(file, 'utf8')).toBe('dear diary, '.repeat(1_000))
  })

  test("is refused if it is another program's database, and not touched", async () => {
    const file = storeFile()
    change(file, 'CREATE TABLE events (id TEXT); INSERT INTO events VALUES (1)')
    const before = readFileSync(file)
    await expect(openStore(file).count()).rejects.toMatchObject({ code: 'STORE_FOREIGN' })
    expect(readFileSync(file).equals(before)).toBe(true)
    change(file, 'DROP TABLE events; PRAGMA application_id = 42')
    await expect(openStore(file).count()).rejects.toMatchObject({ code: 'STORE_FOREIGN' })
  })

  test('is made one if it is empty', async () => {
    const file = storeFile()
    writeFileSync(file, '')
    await openStore(file).append([eventWith()])
    expect(await openStore(file).count()).toBe(1)
  })
})

test('a store of a newer schema is refused, and not touched', async () => {
  const file = await filledFile()
  change(file, `PRAGMA user_version = ${migrations.length + 1}`)
  const before = readFileSync(file)
  const store = openStore(file)
  await expect(store.append([eventWith()])).rejects.toMatchObject({
    code: 'STORE_NEWER',
    message: expect.stringMatching(/version 2; .* up to 1/) as string,
  })
  await expect(store.count()).rejects.toMatchObject({ code: 'STORE_NEWER' })
  expect(readFileSync(file).equals(before)).toBe(true)
})

describe('a damaged file', () => {
  test('is told as damaged when the damage is met, and works again when it was replaced', async () => {
    const file = await filledFile()
    copyFileSync(file, `${file}.backup`)
    const bytes = readFileSync(file)
    bytes.fill(0xaa, 8_192)
    writeFileSync(file, bytes)
    const store = openStore(file)
    await expect(Array.fromAsync(store.read())).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringMatching(/restore a backup/) as string,
    })
    await expect(store.append([eventWith()])).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
    copyFileSync(`${file}.backup`, file)
    expect(await store.count()).toBe(2_000)
  })

  test('is told as damaged when its end is missing', async () => {
    const file = await filledFile()
    truncateSync(file, Math.floor(statSync(file).size / 2 / 4_096) * 4_096)
    await expect(Array.fromAsync(openStore(file).read())).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
  })
})

test('a file that is replaced or removed under an open store is noticed before anything is lost in it', async () => {
  const file = await filledFile(10)
  copyFileSync(file, `${file}.backup`)
  const store = openStore(file)
  await store.append([eventWith()])
  renameSync(`${file}.backup`, file)
  const refusal = { code: 'STORE_UNAVAILABLE', message: expect.stringMatching(/events.db-wal/) as string }
  for (const work of everyUse(store)) await expect(work()).rejects.toMatchObject(refusal)
  rmSync(file)
  for (const work of everyUse(store)) await expect(work()).rejects.toMatchObject(refusal)
  expect(existsSync(file)).toBe(false)
})

describe('a place where no file can be', () => {
  test('is told, and the store works when the folder is there', async () => {
    const folder = path.join(temporaryFolder(), 'later')
    const store = openStore(path.join(folder, 'events.db'))
    await expect(store.append([eventWith()])).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/folder exists/) as string,
    })
    mkdirSync(folder)
    await store.append([eventWith()])
    expect(await store.count()).toBe(1)
  })

  test('is a folder, too', async () => {
    await expect(openStore(temporaryFolder()).count()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })

  test('making a store makes no file', async () => {
    const file = storeFile()
    await sqliteStore({ file }).close()
    expect(existsSync(file)).toBe(false)
  })
})

test.each([
  [{}, 'file'],
  [{ file: '' }, 'file'],
  [{ file: ':memory:' }, 'file'],
  [{ file: 'file:events.db?mode=ro' }, 'file'],
  [{ file: 'a\0b' }, 'file'],
  [{ file: 'events.db', maxBytes: 1_000 }, 'maxBytes'],
  [{ file: 'events.db', busyTimeoutMs: -1 }, 'busyTimeoutMs'],
  [{ file: 'events.db', journal: 'off' }, 'journal'],
])('the options %j are refused by name', (options, name) => {
  const make = (): unknown => sqliteStore(options as { file: string })
  expect(make).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining(`'${name}'`) as string }),
  )
})
