import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import {
  createMultiClusterBus,
  DeadLetter,
  type Logger,
  memory,
  type MultiClusterBus,
  silentLogger,
} from '../../src/index.ts'
import { collectMetrics } from '../../src/metrics/index.ts'
import { keepingLogger } from '../support/log-lines.ts'
import { parseScrape, shown } from '../support/scrape.ts'
import { waitFor } from '../support/wait-for.ts'

function newBus(logger: Logger = silentLogger): MultiClusterBus {
  const clusters = ['eu', 'us'].map((name) => ({ name, transport: memory() }))
  return createMultiClusterBus({ source: 'test', logger, clusters })
}

test('metrics of the transport have the label `cluster`, and tell the home and the duplicates', async () => {
  await using bus = newBus()
  const register = new Registry()
  collectMetrics(bus, { register })
  await bus.subscribe('app.*', () => {}).ready
  await bus.publish({ type: 'app.installed', data: 1 })
  await waitFor(() => bus.cluster('eu').duplicates + bus.cluster('us').duplicates === 1)
  const text = await register.metrics()
  expect(shown(parseScrape(text), 'published_total', 'consumed_total', 'home', 'connection_state')).toEqual({
    'published_total{event_type="app.installed"}': 1,
    'consumed_total{event_type="app.installed"}': 1,
    'home{cluster="eu"}': 1,
    'connection_state{cluster="eu",connection="memory",state="open"}': 1,
    'connection_state{cluster="us",connection="memory",state="open"}': 1,
  })
  expect(text).toMatch(/^event_bus_duplicates_total\{cluster="(eu|us)"\} 1$/m)
  expect(text).toContain('event_bus_buffered_events{cluster="us"} 0')
})

test('log lines of a handler name the cluster that brought the event', async () => {
  const { logger, lines } = keepingLogger()
  await using bus = newBus(logger)
  const fail = (): void => {
    throw new DeadLetter('no')
  }
  await bus.subscribe('app.*', fail, { name: 'fail' }).ready
  await bus.publish({ type: 'app.installed', data: 1 }, { clusters: ['us'] })
  const failure = await waitFor(() => lines.find(({ level }) => level === 'error'))
  expect(failure.fields).toMatchObject({ cluster: 'us', handler: 'fail', event_type: 'app.installed' })
})

test('dead letters of all clusters are listed in pages, redriven and discarded as one', async () => {
  await using bus = newBus()
  let isBroken = true
  const handled: unknown[] = []
  const handle = ({ data }: { data: unknown }): void => {
    if (isBroken) throw new DeadLetter('broken')
    handled.push(data)
  }
  await bus.subscribe('app.*', handle, { name: 'handle' }).ready
  for (let data = 0; data < 6; data++) {
    await bus.publish({ type: 'app.installed', data }, { clusters: [data % 2 === 0 ? 'eu' : 'us'] })
  }
  await waitFor(async () => (await bus.deadLetters.count()) === 6)

  const first = await bus.deadLetters.list({ limit: 4 })
  const second = await bus.deadLetters.list({ limit: 4, after: first.next })
  const ids = [...first.letters, ...second.letters].map(({ id }) => id)
  expect([first.total, first.letters.length, second.letters.length, second.next]).toEqual([6, 4, 2, undefined])
  expect(new Set(ids).size).toBe(6)
  expect(await bus.cluster('us').deadLetters.count()).toBe(3)

  isBroken = false
  const chosen = ids.slice(0, 3)
  const report = await bus.deadLetters.redrive({ ids: [...chosen, 'nothing@eu', 'nothing'] })
  expect(report).toMatchObject({ redriven: 3, failures: [], left: 0 })
  expect(new Set(report.missing)).toEqual(new Set(['nothing@eu', 'nothing']))
  await waitFor(() => handled.length === 3)
  const seen: number[] = []
  const onProgress = ({ done }: { done: number }): void => void seen.push(done)
  expect(await bus.deadLetters.discard({ all: true }, { onProgress })).toEqual({ discarded: 3, missing: [] })
  expect(seen.at(-1)).toBe(3)
  expect(await bus.deadLetters.count()).toBe(0)
})
