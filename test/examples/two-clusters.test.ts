import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { runChild } from '../../scripts/run-child.mjs'
import { TestClusters } from '../support/test-clusters.ts'
import { waitFor } from '../support/wait-for.ts'
import { assertBuilt } from './servers.ts'

const folder = fileURLToPath(new URL('../../examples/two-clusters/', import.meta.url))
const program = `${folder}src/main.ts`
const endWithParent = new URL('../support/end-with-parent.ts', import.meta.url).href
let clusters: TestClusters
let shop: ChildProcess | undefined

beforeAll(assertBuilt)

beforeEach(async () => {
  const url = inject('amqpUrl')
  clusters = await TestClusters.start({ eu: url, us: url })
  clusters.removeLater('group:packers:order.placed')
})

afterEach(async () => {
  if (shop?.exitCode === null) shop.kill('SIGKILL')
  await clusters.end()
})

test('in memory it prints what its README shows', async () => {
  const shown = /```text\n(.*?)```/s.exec(readFileSync(`${folder}README.md`, 'utf8'))?.[1]
  const stdio = ['ignore', 'pipe', 'pipe'] as const
  const { code, output } = await runChild(process.execPath, [program, '2'], { cwd: folder, stdio: [...stdio] })
  expect(output).toBe(shown)
  expect(code).toBe(0)
})

test('orders go on while a cluster is away, and each is packed', { timeout: 180_000 }, async () => {
  let output = ''
  const env = {
    ...process.env,
    EU_URL: clusters.eu.url,
    US_URL: clusters.us.url,
    EU_EXCHANGE: clusters.eu.exchangeName,
    US_EXCHANGE: clusters.us.exchangeName,
  }
  shop = fork(program, { env, execArgv: ['--import', endWithParent], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  for (const pipe of [shop.stdout, shop.stderr]) pipe?.on('data', (text) => (output += String(text)))
  const says = (text: string): Promise<unknown> =>
    waitFor(() => output.includes(text), { message: `'${text}' in the output` })
  await says('packed (eu)')
  clusters.eu.goAway()
  await says("Events are published to 'us' first")
  await says('packed (us)')
  clusters.eu.return()
  await says("Events are published to 'eu' first: it is well again")
  const later = output.length
  await waitFor(() => output.slice(later).includes('packed (eu)'), { timeoutMs: 30_000 })
  shop.kill('SIGTERM')
  expect(await once(shop, 'exit')).toEqual([0, null])
  const numbers = (what: string): Set<string> =>
    new Set(Array.from(output.matchAll(new RegExp(`order (\\d+) ${what}`, 'g')), ([, number = '']) => number))
  expect(numbers('packed')).toEqual(numbers('placed'))
  expect(numbers('shown')).toEqual(numbers('placed'))
})
