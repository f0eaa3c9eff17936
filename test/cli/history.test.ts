import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { historyLine } from '../../src/cli/history/pretty.ts'
import type { Recorded } from '../../src/cli/history/recorded.ts'
import { readTime } from '../../src/cli/history/time.ts'
import { Arguments } from '../../src/cli/arguments.ts'
import type { BusEvent } from '../../src/index.ts'
import { testSchema } from '../support/postgres/open-store.ts'
import { waitFor } from '../support/wait-for.ts'
import { call, post } from './http.ts'
import { runHere } from './in-process.ts'
import { makeStore, recordedEvents } from './history-scene.ts'
import { endAll, run, type Running, startServe } from './processes.ts'

let folder: string
let file: string
let serve: Running & { url: string }

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'eventbus-history-'))
  file = path.join(folder, 'events.db')
  await makeStore(file)
  serve = await startServe(['--store', file])
})

afterAll(async () => {
  await endAll()
  rmSync(folder, { recursive: true })
})

const linesOf = (stdout: string): Recorded[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recorded)

const indexes = (lines: readonly Recorded[]): number[] =>
  lines.map(({ event }) => (event.data as { index: number }).index)

function expected(matches: (event: BusEvent, index: number) => boolean): number[] {
  return recordedEvents.flatMap((event, index) => (matches(event, index) ? [index] : []))
}

const day = '2026-01-02T00:00:00.000Z'

const selections: [string, string[], (event: BusEvent, index: number) => boolean][] = [
  ['everything', [], () => true],
  ['one pattern', ['app.*'], ({ type }) => /^app\.\w+$/.test(type)],
  ['several patterns', ['order.#', '#.updated'], ({ type }) => /^order|updated$/.test(type)],
  ['a subject', ['--subject', 'app-3'], ({ subject }) => subject === 'app-3'],
  ['a source with a space', ['--source', 'market place'], ({ source }) => source === 'market place'],
  ['a correlation', ['--correlation', 'c-2'], ({ correlationId }) => correlationId === 'c-2'],
  ['a causation', ['--causation', 'event-7'], ({ causationId }) => causationId === 'event-7'],
  ['an id', ['--id', 'event-42'], ({ id }) => id === 'event-42'],
  ['from a time on', ['--since', day], ({ time }) => time >= day],
  ['until a time', ['--until', day], ({ time }) => time < day],
  ['positions', ['--after', '10', '--before', '20'], (_, index) => index >= 10 && index < 19],
  [
    'all of it together',
    ['app.#', '--subject', 'app-0', '--since', day],
    (event) => {
      return event.type.startsWith('app') && event.subject === 'app-0' && event.time >= day
    },
  ],
  ['nothing', ['nothing.at.all'], () => false],
]

test.each(selections)('history selects %s, from the store and from a server alike', async (_, args, matches) => {
  const fromStore = await runHere(['history', ...args, '--limit', 'all', '--store', file])
  const fromServer = await runHere(['history', ...args, '--limit', '1000', '--url', serve.url])
  const wanted = expected(matches)
  expect(indexes(linesOf(fromStore.stdout))).toEqual(wanted)
  expect(fromServer).toEqual(fromStore)
  expect(fromStore).toMatchObject({
    code: 0,
    stderr: `event-bus: ${wanted.length} event${wanted.length === 1 ? '' : 's'}\n`,
  })
})

test('a line is the whole event as a CloudEvent, with its position', async () => {
  const { stdout } = await run(['history', '--id', 'event-8', '--json', '--store', file])
  expect(JSON.parse(stdout)).toEqual({
    position: 9,
    recordedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    event: {
      specversion: '1.0',
      id: 'event-8',
      type: 'app.installed',
      source: 'market place',
      time: '2026-01-01T01:20:00.000Z',
      subject: 'app-3',
      correlationid: 'c-1',
      causationid: 'event-7',
      datacontenttype: 'application/json',
      data: { index: 8, text: 'ü & "q" \u0000' },
    },
  })
})

test('it shows the last ones, and says how to see what is before and behind', async () => {
  const last = await run(['history', '--limit', '5', '--store', file])
  expect(indexes(linesOf(last.stdout))).toEqual([295, 296, 297, 298, 299])
  expect(last.stderr).toBe('event-bus: 5 events; older ones: --before 296\n')
  const older = await run(['history', '--limit', '5', '--before', '296', '--store', file])
  expect(indexes(linesOf(older.stdout))).toEqual([290, 291, 292, 293, 294])
  const first = await run(['history', '--limit', '5', '--after', '0', '--url', serve.url])
  expect(indexes(linesOf(first.stdout))).toEqual([0, 1, 2, 3, 4])
  expect(first.stderr).toBe('event-bus: 5 events; later ones: --after 5\n')
  const all = await run(['history', '--store', file])
  expect(linesOf(all.stdout)).toHaveLength(100)
})

test('people get a line for each event: position, day, time, type, source, subject, data', async () => {
  const { stdout } = await run(['history', '--format', 'pretty', '--id', 'event-8', '--store', file], {
    env: { TZ: 'UTC' },
  })
  expect(stdout).toMatch(
    /^ {5}9 {2}2026-01-01 01:20:00\.000 {2}app\.installed +market place +app-3 +\{"index":8,.*\\u0000/,
  )
  const [event] = recordedEvents
  const redacted = {
    position: 1,
    recordedAt: '',
    redactedAt: '2026-02-03T04:05:06Z',
    event: { ...event, data: undefined },
  }
  const line = historyLine(redacted as unknown as Recorded, { useColors: false, columns: 80 })
  expect(line).toMatch(/redacted 2026/)
  expect(line.length).toBeLessThanOrEqual(120)
})

test('a reader that has seen enough ends it without an error', async () => {
  const program = path.resolve(import.meta.dirname, '../../src/cli/bin.ts')
  const command = `"${process.execPath}" "${program}" history --limit all --store "${file}" | head -n 2`
  const child = spawn('bash', ['-o', 'pipefail', '-c', command], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => (stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  await once(child, 'close')
  expect(indexes(linesOf(stdout))).toEqual([0, 1])
  expect(stderr).not.toMatch(/error|EPIPE/i)
})

describe('GET /events/history', () => {
  const get = async (query: string) => call(`${serve.url}/events/history${query}`)

  test.each(['forward', 'backward'])('goes through everything %s, page by page, by the links', async (direction) => {
    const found: number[] = []
    let pages = 0
    let next: string | undefined = `/events/history?pattern=app.%23&limit=7&direction=${direction}`
    while (next !== undefined) {
      const { status, body, headers } = await call(`${serve.url}${next}`)
      expect(status).toBe(200)
      const page = body as { events: Recorded[]; next?: string }
      found.push(...indexes(page.events))
      expect(headers.link).toBe(page.next === undefined ? undefined : `<${page.next}>; rel="next"`)
      next = page.next
      pages++
    }
    const wanted = expected(({ type }) => type.startsWith('app'))
    expect(found).toEqual(direction === 'forward' ? wanted : wanted.toReversed())
    expect(pages).toBe(Math.ceil(wanted.length / 7))
  })

  test('pages are stable while events come in', async () => {
    const first = (await get('?pattern=late.%23&limit=2')).body as { events: Recorded[] }
    expect(first.events).toEqual([])
    for (let number = 0; number < 3; number++) await post(serve.url, { type: 'late.event', data: { index: number } })
    await waitFor(async () => ((await get('?pattern=late.%23')).body.events as unknown[]).length === 3)
    const { body } = await get('?pattern=late.%23&limit=2')
    await post(serve.url, { type: 'late.event', data: { index: 3 } })
    await waitFor(async () => ((await get('?pattern=late.%23')).body.events as unknown[]).length === 4)
    const second = (await call(`${serve.url}${String(body.next)}`)).body as { events: Recorded[]; next?: string }
    expect(indexes(second.events)).toEqual([2, 3])
    expect(second.next).toBeUndefined()
  })

  test('a page of large events ends early, and none is left out', async () => {
    const data = { index: 0, text: 'x'.repeat(3 * 1024 * 1024) }
    for (let index = 0; index < 5; index++) await post(serve.url, { type: 'large.event', data: { ...data, index } })
    await waitFor(async () =>
      (await get('?pattern=large.%23&after=300&direction=backward&limit=1')).text.includes('"index":4'),
    )
    const found: number[] = []
    const sizes: number[] = []
    let next: string | undefined = '/events/history?pattern=large.%23'
    while (next !== undefined) {
      const page = (await call(`${serve.url}${next}`)).body as { events: Recorded[]; next?: string }
      found.push(...indexes(page.events))
      sizes.push(page.events.length)
      next = page.next
    }
    expect(found).toEqual([0, 1, 2, 3, 4])
    expect(sizes).toEqual([3, 2])
  })

  test.each([
    ['?limi=5', 'OPTION_INVALID', /Unknown parameter 'limi'/],
    ['?limit=0', 'OPTION_INVALID', /'limit' must be a whole number from 1 to 1000/],
    ['?limit=1001', 'OPTION_INVALID', /'limit'/],
    ['?limit=5&limit=6', 'OPTION_INVALID', /'limit' is given more than once/],
    ['?subject=', 'OPTION_INVALID', /'subject' is empty/],
    ['?after=-1', 'OPTION_INVALID', /'after' must be/],
    ['?before=x', 'OPTION_INVALID', /'before' must be/],
    ['?direction=up', 'OPTION_INVALID', /'direction' must be forward or backward/],
    ['?since=yesterday', 'OPTION_INVALID', /'since' is no time/],
    ['?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z', 'OPTION_INVALID', /'until' is not later/],
    ['?pattern=a..b', 'PATTERN_INVALID', /a\.\.b/],
    ['?after=99999999', 'POSITION_UNKNOWN', /99999999/],
  ])('%s is refused with %s', async (query, code, message) => {
    expect(await get(query)).toMatchObject({
      status: 400,
      body: { code, message: expect.stringMatching(message) as string },
    })
  })

  test('there is none without a store, and no other method', async () => {
    const plain = await startServe()
    expect(await call(`${plain.url}/events/history`)).toMatchObject({ status: 404, body: { code: 'STORE_MISSING' } })
    const told = await run(['history', '--url', plain.url])
    expect(told).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^event-bus: STORE_MISSING: .*--store/) as string,
    })
    expect(await call(`${serve.url}/events/history`, { method: 'POST' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET' },
    })
  })

  test('it is for those who have the token', async () => {
    const guarded = await startServe(['--store', path.join(folder, 'guarded.db')], {
      env: { EVENTBUS_TOKEN: 'secret' },
    })
    expect((await call(`${guarded.url}/events/history`)).status).toBe(401)
    expect(await run(['history', '--url', guarded.url])).toMatchObject({ code: 1 })
    expect(await run(['history', '--url', guarded.url], { env: { EVENTBUS_TOKEN: 'secret' } })).toMatchObject({
      code: 0,
    })
  })
})

test('serve keeps history across restarts, in a folder that it makes', async () => {
  const own = path.join(folder, 'deep', 'er', 'events.db')
  const env = { EVENTBUS_STORE: own }
  const ids: unknown[] = []
  for (let round = 0; round < 3; round++) {
    const one = await startServe([], { env })
    expect(one.stdout).toContain(`history    ${own}, kept across restarts`)
    for (let index = 0; index < 20; index++) ids.push((await post(one.url, { type: 'kept.event', data: {} })).body.id)
    one.signal('SIGTERM')
    expect((await one.ended).code).toBe(0)
  }
  const { stdout } = await run(['history', 'kept.#'], { env })
  expect(linesOf(stdout).map(({ event }) => event.id)).toEqual(ids)
})

test('serve --store none keeps none, whatever the variable says', async () => {
  const own = path.join(folder, 'unused.db')
  const one = await startServe(['--store', 'none'], { env: { EVENTBUS_STORE: own } })
  expect(one.stdout).toContain('history    none')
  await post(one.url, { type: 'a.b' })
  expect(existsSync(own)).toBe(false)
})

test('history, trace and serve on PostgreSQL, in a schema of its own; the password is not shown', async () => {
  const space = testSchema()
  const place = new URL(space.url)
  place.searchParams.set('schema', space.schema)
  const one = await startServe(['--store', place.href])
  expect(one.stdout).toContain(`history    postgres://${place.host}${place.pathname}, schema ${space.schema}, kept`)
  const ids: unknown[] = []
  for (let index = 0; index < 5; index++) ids.push((await post(one.url, { type: 'kept.event' })).body.id)
  await waitFor(async () => ((await call(`${one.url}/events/history`)).body.events as unknown[]).length === 5)
  const env = { EVENTBUS_STORE: place.href }
  const { stdout } = await run(['history', 'kept.#'], { env })
  expect(linesOf(stdout).map(({ event }) => event.id)).toEqual(ids)
  expect((await run(['trace', String(ids[2])], { env })).stdout).toContain(ids[2])
})

test('serve starts while its database server is away, and says so', { timeout: 60_000 }, async () => {
  const one = await startServe(['--store', 'postgres://u:secret@127.0.0.1:1/d'])
  expect((await post(one.url, { type: 'a.b' })).status).toBe(201)
  const health = await waitFor(async () => {
    const { body } = await call(`${one.url}/readyz`)
    return body.status === 'warn' && body
  })
  expect(health.checks).toMatchObject({ 'store:postgres': [{ status: 'warn', observedValue: 1 }] })
  expect(JSON.stringify(health) + one.stdout + one.stderr).not.toContain('secret')
  one.signal('SIGTERM')
  expect((await one.ended).code).toBe(0)
})

describe('what cannot be looked into', () => {
  test('a file that is not there is not made', async () => {
    const missing = path.join(folder, 'missing.db')
    expect(await run(['history', '--store', missing])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `event-bus: STORE_MISSING: There is no event store '${missing}'\n`,
    })
    expect(existsSync(missing)).toBe(false)
  })

  test('a file that is no event store is not touched, and serve does not start on it', async () => {
    const foreign = path.join(folder, 'foreign.db')
    writeFileSync(foreign, 'something else, long enough to be no database')
    for (const command of [['history'], ['trace', 'x'], ['serve', '--port', '0']]) {
      const { code, stderr } = await run([...command, '--store', foreign])
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(/^event-bus: STORE_FOREIGN: .*foreign\.db/) as string,
      })
    }
  })

  test('a server that is not there', async () => {
    const { code, stderr } = await run(['history'], { env: { EVENTBUS_PORT: '1' } })
    expect(code).toBe(1)
    expect(stderr).toMatch(/CONNECTION_FAILED: http:\/\/127\.0\.0\.1:1 does not answer .* --url or --store\n$/)
  })
})

test.each([
  [['history', 'a..b'], /PATTERN_INVALID/],
  [['history', '--limit', '0'], /--limit must be a whole number from 1 to 10000/],
  [['history', '--limit', 'many'], /--limit must be/],
  [['history', '--since', 'yesterday'], /--since must be a time .* a day .* how long ago/],
  [['history', '--until', '2026-02-30'], /--until must be/],
  [['history', '--after', 'x'], /--after must be a whole number/],
  [['history', '--format', 'xml'], /--format must be pretty or ndjson/],
  [['history', '--json', '--format', 'pretty'], /--json and --format pretty/],
  [['history', '--store', 'a.db', '--url', 'http://a'], /--url and --store: give one of the two/],
  [['history', '--store', 'http://a'], /--store must be a SQLite file, or postgres:/],
  [['history', '--url', 'a'], /--url must be like http/],
  [['trace'], /give the id of one event/],
  [['trace', 'a', 'b'], /give the id of one event/],
  [['trace', 'a', '--limit', '-1'], /--limit/],
  [['serve', '--store', 'amqp://a'], /--store must be a SQLite file, or postgres:.* or none/],
  [['history', '--store', 'postgres://u:secret@h:x/d'], /^(?!.*secret).*--store must be/s],
])('%o is wrong usage', async (args, message) => {
  const { code, stdout, stderr } = await runHere(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(message)
})

test.each([
  ['2026-01-31T12:00:00+01:00', '2026-01-31T11:00:00.000Z'],
  ['90s', '2026-06-15T11:58:30.000Z'],
  ['15m', '2026-06-15T11:45:00.000Z'],
  ['2h', '2026-06-15T10:00:00.000Z'],
  ['7d', '2026-06-08T12:00:00.000Z'],
  ['1w', '2026-06-08T12:00:00.000Z'],
  ['2026-06-14', new Date(2026, 5, 14).toISOString()],
])('%s is a time', (text, wanted) => {
  const args = new Arguments([], new Map([['since', { text, origin: 'flag' as const }]]), { since: { help: '' } })
  expect(readTime(args, 'since', Date.parse('2026-06-15T12:00:00Z'))).toBe(wanted)
})
