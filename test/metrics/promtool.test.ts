import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import {
  createEventBus,
  createMultiClusterBus,
  type EventBus,
  memory,
  memoryStore,
  silentLogger,
} from '../../src/index.ts'
import { collectMetrics } from '../../src/metrics/index.ts'
import { rabbitmq } from '../../src/rabbitmq/index.ts'
import { removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { findPromtool, type Promtool } from '../support/promtool.ts'
import { parseScrape } from '../support/scrape.ts'
import { waitFor } from '../support/wait-for.ts'

interface Dashboard {
  readonly panels: readonly {
    readonly id: number
    readonly title: string
    readonly targets?: readonly { readonly expr: string }[]
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  }[]
  readonly templating: { readonly list: readonly { readonly definition?: string }[] }
}

const docs = path.resolve(import.meta.dirname, '../../docs')
const read = (name: string): string => readFileSync(path.join(docs, name), 'utf8')
const alerts = read('prometheus-alerts.yml')
const operations = read('operations.md')
const dashboard = JSON.parse(read('grafana-dashboard.json')) as Dashboard
const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
const queries = dashboard.templating.list.map(({ definition = '' }) => definition)

let promtool: Promtool
let bus: EventBus
let text: string
let textOfClusters: string
const exchangeName = `test.promtool.${randomUUID().slice(0, 8)}`

beforeAll(async () => {
  promtool = await findPromtool()
  const transport = rabbitmq({ url: inject('amqpUrl'), exchangeName })
  bus = createEventBus({ source: 'test', instance: 'a', logger: silentLogger, transport, store: memoryStore() })
  const register = new Registry()
  collectMetrics(bus, { register })
  let runs = 0
  const fail = (): void => {
    if (++runs === 1) throw new Error('once')
  }
  await bus.subscribe('app.*', fail).ready
  await bus.subscribe('app.*', () => {}, { from: 'start' }).caughtUp
  await bus.publish({ type: 'app.installed', data: 1 })
  await waitFor(() => runs === 2)
  text = await register.metrics()
  textOfClusters = await scrapeClusters()
})

afterAll(async () => {
  await bus?.close()
  await removeTopologyOf(inject('amqpUrl'), exchangeName, [`${exchangeName}:instance:a`])
})

/** What only a bus of several clusters has. */
async function scrapeClusters(): Promise<string> {
  const clusters = ['east', 'west'].map((name) => ({ name, transport: memory() }))
  const ofClusters = createMultiClusterBus({ source: 'test', logger: silentLogger, clusters, publishPolicy: 'any' })
  const register = new Registry()
  collectMetrics(ofClusters, { register })
  await ofClusters.publish({ type: 'app.installed', data: 1 })
  await ofClusters.close()
  return register.metrics()
}

/** The names of metrics in a text, without what histograms put behind theirs. */
function namesIn(source: string): Set<string> {
  const names = source.match(/\bevent_bus_[a-z_]+/g) ?? []
  return new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, '')))
}

const scraped = (): Set<string> =>
  namesIn([text, textOfClusters].flatMap((one) => [...parseScrape(one).keys()]).join('\n'))

test('promtool has nothing against the metrics of a running bus, on one cluster and on several', async () => {
  for (const one of [text, textOfClusters])
    expect(await promtool.run(['check', 'metrics'], one)).toEqual({ code: 0, output: '' })
})

test('promtool has nothing against the alerts', async () => {
  const { code, output } = await promtool.run(['check', 'rules', 'docs/prometheus-alerts.yml'])
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') as string })
})

test('each alert fires when it should, and not before', async () => {
  const { code, output } = await promtool.run(['test', 'rules', 'test/metrics/alerts.promtool.yml'])
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') as string })
  const tested = readFileSync(path.join(import.meta.dirname, 'alerts.promtool.yml'), 'utf8')
  for (const name of alertNames()) expect(tested).toContain(`alertname: ${name}\n        exp_alerts:\n          -`)
})

test('promtool has nothing against the queries of the dashboard', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'eventbus-dashboard-'))
  const rules = expressions.map((expr, index) => ({
    record: `dashboard:query:${index}`,
    expr: expr.replaceAll('$__rate_interval', '5m'),
  }))
  const file = path.join(folder, 'rules.json')
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }))
  const { code, output } = await promtool.run(['check', 'rules', file])
  rmSync(folder, { recursive: true })
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') as string })
})

test('dashboard and alerts name metrics that are there, and the dashboard shows all of them', () => {
  const names = scraped()
  expect(names.size).toBeGreaterThan(15)
  expect(namesIn([...expressions, ...queries].join('\n'))).toEqual(names)
  for (const name of namesIn(alerts)) expect(names).toContain(name)
})

test('the panels of the dashboard do not lie on each other', () => {
  const { panels } = dashboard
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
  )
  expect(new Set(places).size).toBe(places.length)
})

test('docs/operations.md says of each metric what it means, and of each alert what to do', () => {
  const rows = operations.split('\n').filter((line) => line.startsWith('| `event_bus_'))
  expect(namesIn(rows.map((row) => row.split(' | ')[0]).join('\n'))).toEqual(scraped())
  const headings = Array.from(operations.matchAll(/^### `(EventBus\w+)`$/gm), ([, name]) => name)
  expect(headings).toEqual(alertNames())
})

function alertNames(): string[] {
  return Array.from(alerts.matchAll(/- alert: (\w+)/g), ([, name = '']) => name)
}
