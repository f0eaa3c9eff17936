import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Recorded } from '../../src/cli/history/recorded.ts'
import { elapsed, traceLines } from '../../src/cli/trace/pretty.ts'
import { treeOf } from '../../src/cli/trace/tree.ts'
import { createEventBus } from '../../src/index.ts'
import { sqliteStore } from '../../src/store/sqlite/index.ts'
import { waitFor } from '../support/wait-for.ts'
import { runHere } from './in-process.ts'
import { endAll, startServe } from './processes.ts'

interface Caused {
  readonly id: string
  readonly cause?: string
  /** After noon, in milliseconds. */
  readonly ms?: number
}

const noon = Date.parse('2026-01-02T12:00:00Z')

function recorded(events: readonly Caused[]): Recorded[] {
  return events.map(({ id, cause, ms = 0 }, index) => ({
    position: index + 1,
    recordedAt: '',
    event: {
      id,
      type: `type.${id}`,
      source: 'shop',
      time: new Date(noon + ms).toISOString(),
      ...(cause !== undefined && { causationid: cause }),
    },
  }))
}

/** `depth id cause`, line by line. */
function shapeOf(events: readonly Caused[]): string[] {
  return treeOf(recorded(events)).map(({ depth, recorded: { event }, cause }) => `${depth} ${event.id} ${cause}`)
}

describe('a tree of causes and effects', () => {
  test('has each cause in front of its effects, and those by time', () => {
    const events = [
      { id: 'root' },
      { id: 'late', cause: 'root', ms: 30 },
      { id: 'early', cause: 'root', ms: 10 },
      { id: 'leaf', cause: 'late', ms: 40 },
    ]
    const shape = ['0 root none', '1 early known', '1 late known', '2 leaf known']
    expect(shapeOf(events)).toEqual(shape)
    expect(shapeOf(events.toReversed())).toEqual(shape)
  })

  test('shows what a missing cause has caused, as caused by something unknown', () => {
    const events = [
      { id: 'a', cause: 'gone', ms: 1 },
      { id: 'b', cause: 'gone', ms: 2 },
      { id: 'c', cause: 'a', ms: 3 },
    ]
    expect(shapeOf(events)).toEqual(['0 a unknown', '1 c known', '0 b unknown'])
  })

  test('ends where causes go round in circles, and leaves nothing out', () => {
    expect(shapeOf([{ id: 'a', cause: 'a' }])).toEqual(['0 a circular'])
    const circle = [
      { id: 'a', cause: 'c' },
      { id: 'b', cause: 'a' },
      { id: 'c', cause: 'b' },
      { id: 'd', cause: 'b' },
    ]
    expect(shapeOf(circle)).toEqual(['0 a circular', '1 b known', '2 c known', '2 d known'])
  })

  test('can be as deep as it likes', () => {
    const chain = Array.from({ length: 50_000 }, (_, index) => ({ id: `e${index}`, cause: `e${index - 1}`, ms: index }))
    const tree = treeOf(recorded(chain))
    expect(tree).toHaveLength(50_000)
    expect(tree.at(-1)?.depth).toBe(49_999)
    const lines = traceLines(tree, { useColors: false, id: 'e0' })
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(250)
  })

  test('is drawn with branches, times, and notes on what is not known', () => {
    process.env.TZ = 'UTC'
    const events = [
      { id: 'placed' },
      { id: 'reserved', cause: 'placed', ms: 12 },
      { id: 'packed', cause: 'reserved', ms: 1_500 },
      { id: 'sent', cause: 'packed', ms: 90_000 },
      { id: 'invoiced', cause: 'placed', ms: 20 },
      { id: 'alone', cause: 'gone\u001b[0m', ms: 30 },
    ]
    const lines = traceLines(treeOf(recorded(events)), { useColors: false, id: 'packed' })
    expect(lines).toEqual([
      '2026-01-02',
      '12:00:00.000  type.placed               +0 ms  shop  -  placed',
      '12:00:00.012  ├─ type.reserved         +12 ms  shop  -  reserved',
      '12:00:01.500  │  └─ type.packed      +1.500 s  shop  -  packed',
      '12:01:30.000  │     └─ type.sent  +1 min 30 s  shop  -  sent',
      '12:00:00.020  └─ type.invoiced         +20 ms  shop  -  invoiced',
      '              caused by gone\\u001b[0m, which is unknown here',
      '12:00:00.030  type.alone               +30 ms  shop  -  alone',
    ])
    const coloured = traceLines(treeOf(recorded(events)), { useColors: true, id: 'packed' })
    expect(coloured.filter((line) => line.includes('\u001b[1mpacked'))).toHaveLength(1)
  })
})

test('how long after the first', () => {
  expect([0, 999, 59_999, 60_000, 3_600_000, 8_100_000, -5].map(elapsed)).toEqual([
    '+0 ms',
    '+999 ms',
    '+59.999 s',
    '+1 min 0 s',
    '+1 h 0 min',
    '+2 h 15 min',
    '-5 ms',
  ])
})

describe('trace', () => {
  let folder: string
  let file: string
  let orderId: string

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'eventbus-trace-'))
    file = path.join(folder, 'events.db')
    const store = sqliteStore({ file })
    const bus = createEventBus({ source: 'shop', store })
    await bus.subscribe('order.placed', async () => {
      await bus.publish({ type: 'stock.reserved', data: {} })
      await bus.publish({ type: 'invoice.created', data: {} })
    }).ready
    await bus.subscribe('invoice.created', async () => {
      await bus.publish({ type: 'mail.sent', data: {} })
    }).ready
    const [order] = await Promise.all([
      bus.publish({ type: 'order.placed', subject: 'o-1', data: {} }),
      bus.publish({ type: 'order.placed', subject: 'o-2', data: {} }),
    ])
    orderId = order.id
    await bus.publish({ type: 'named.conversation', correlationId: 'night-run', causationId: 'cron', data: {} })
    await waitFor(async () => (await store.count()) === 9)
    await bus.close()
    await store.close()
  })

  afterAll(async () => {
    await endAll()
    rmSync(folder, { recursive: true })
  })

  interface TraceLine {
    readonly depth: number
    readonly cause: string
    readonly event: { readonly id: string; readonly type: string; readonly correlationid?: string }
  }

  async function trace(...args: string[]): Promise<TraceLine[]> {
    const { code, stdout, stderr } = await runHere(['trace', ...args])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TraceLine)
  }

  test('shows one conversation, by the id of any of its events or its correlation, from the store as from a server', async () => {
    const fromRoot = await trace(orderId, '--store', file)
    expect(fromRoot.map(({ depth, cause, event }) => `${depth} ${event.type} ${cause}`)).toEqual([
      '0 order.placed none',
      '1 stock.reserved known',
      '1 invoice.created known',
      '2 mail.sent known',
    ])
    for (const { event } of fromRoot) expect(await trace(event.id, '--store', file)).toEqual(fromRoot)
    const serve = await startServe(['--store', file])
    expect(await trace(orderId, '--url', serve.url)).toEqual(fromRoot)
  })

  test('a correlation that is no event is one too; its unknown cause is said to be', async () => {
    const [only, ...others] = await trace('night-run', '--store', file)
    expect(others).toEqual([])
    expect(only).toMatchObject({ depth: 0, cause: 'unknown', event: { type: 'named.conversation' } })
    expect((await runHere(['trace', 'night-run', '--store', file, '--format', 'pretty'])).stdout).toContain(
      'caused by cron, which is unknown here',
    )
  })

  test('an id that nobody knows is an error; a conversation that is too long is cut, and says so', async () => {
    expect(await runHere(['trace', 'nobody', '--store', file])).toEqual({
      code: 1,
      stdout: '',
      stderr: "event-bus: EVENT_NOT_FOUND: No recorded event has the id or the correlation 'nobody'\n",
    })
    const cut = await runHere(['trace', orderId, '--store', file, '--limit', '2'])
    expect(cut).toMatchObject({ code: 0, stderr: 'event-bus: there are more than 2 events; --limit shows more\n' })
    expect(cut.stdout.trim().split('\n')).toHaveLength(3)
  })
})
