import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { eventsWith, eventWith, openStore, storeFile } from '../support/stores/open-store.ts'
import { waitFor } from '../support/wait-for.ts'

/** Another process's connection. */
function otherConnection(file: string): DatabaseSync {
  const database = new DatabaseSync(file)
  onTestFinished(() => database.close())
  return database
}

test('a full store keeps what it has, records nothing in part, and goes on when there is room', async () => {
  const store = openStore(storeFile(), { maxBytes: 1_048_576 })
  let recorded = 0
  const fill = async (): Promise<void> => {
    for (;;) {
      await store.append(eventsWith(100))
      recorded += 100
    }
  }
  await expect(fill()).rejects.toMatchObject({
    code: 'STORE_FULL',
    message: expect.stringMatching(/prune, or raise maxBytes/) as string,
  })
  expect(recorded).toBeGreaterThan(500)
  expect(await store.count()).toBe(recorded)
  expect(await store.lastPosition()).toBe(recorded)
  const refused = [eventWith({ type: 'late.type', source: 'late', data: 'x'.repeat(100_000) })]
  await expect(store.append(refused)).rejects.toMatchObject({ code: 'STORE_FULL' })
  expect(await store.types()).toEqual(['app.installed'])

  await store.saveCheckpoint('reader', recorded)
  for (let position = 0; position < 60; position++) {
    const [stored] = await Array.fromAsync(store.read({ afterPosition: position, limit: 1 }))
    expect(await store.redact(stored?.event.id ?? '', { reason: 'x'.repeat(250) })).toBe(true)
  }
  expect(await store.prune({ keep: 100 })).toEqual({ pruned: recorded - 100 })
  await store.append(refused)
  expect(await store.count({ pattern: 'late.*', source: 'late' })).toBe(1)
})

test('a store that another process holds is waited for, without holding up this one', async () => {
  const file = storeFile()
  const store = openStore(file)
  await store.append([eventWith()])
  const other = otherConnection(file)
  other.exec('BEGIN IMMEDIATE')
  let isDone = false
  const appending = store.append([eventWith()]).then(() => (isDone = true))
  let turns = 0
  await waitFor(() => ++turns > 20)
  expect(isDone).toBe(false)
  expect(await store.count()).toBe(1)
  other.exec('COMMIT')
  await appending
  expect(await store.count()).toBe(2)
})

test('a store that another process holds for too long is unavailable, and nothing was recorded', async () => {
  const file = storeFile()
  const store = openStore(file, { busyTimeoutMs: 100 })
  await store.append([eventWith()])
  const other = otherConnection(file)
  other.exec('BEGIN IMMEDIATE')
  await expect(store.append([eventWith()])).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(/busyTimeoutMs/) as string,
  })
  other.exec('ROLLBACK')
  await store.append([eventWith()])
  expect(await store.count()).toBe(2)
})

test('what was redacted is in no file any more', async () => {
  const file = storeFile()
  const store = openStore(file)
  const secret = 'a-secret-that-must-go'
  await store.append([...eventsWith(10), eventWith({ id: 'spoken', data: { secret } }), ...eventsWith(10)])
  expect(bytesOf(file)).toContain(secret)
  await store.redact('spoken')
  expect(bytesOf(file)).not.toContain(secret)
})

test('what was pruned is in no file any more when the store is closed', async () => {
  const file = storeFile()
  const store = openStore(file)
  const secret = 'a-secret-that-must-go'
  await store.append([eventWith({ type: 'secret.told', data: { secret }, subject: secret }), ...eventsWith(10)])
  await store.prune({ pattern: 'secret.*' })
  await store.close()
  expect(bytesOf(file)).not.toContain(secret)
})

test('many appends that are made at once leave turns to others', async () => {
  const store = openStore(storeFile())
  await store.append([eventWith()])
  let turns = 0
  const counting = setInterval(() => turns++, 0)
  onTestFinished(() => clearInterval(counting))
  await Promise.all(Array.from({ length: 50 }, () => store.append(eventsWith(20))))
  expect(turns).toBeGreaterThan(5)
  expect(await store.count()).toBe(1_001)
})

test('large events are read in small pages', async () => {
  const store = openStore(storeFile())
  await store.append(eventsWith(60, { data: 'x'.repeat(100_000) }))
  await store.append(eventsWith(60, { type: 'other.type', data: 'x'.repeat(100_000) }))
  for (const query of [{}, { pattern: '*.*' }, { pattern: ['app.*', 'other.*'], source: 'test' }]) {
    const pages = await Array.fromAsync(store.read(query).pages())
    expect(pages.flat()).toHaveLength(120)
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(100)
  }
})

function bytesOf(file: string): string {
  return ['', '-wal', '-shm']
    .map((end) => {
      try {
        return readFileSync(file + end, 'latin1')
      } catch {
        return ''
      }
    })
    .join('')
}
