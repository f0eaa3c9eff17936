import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'

const bench = path.resolve(import.meta.dirname, '../../bench/main.ts')
const folder = mkdtempSync(path.join(tmpdir(), 'eventbus-bench-'))
// The broker that does nothing, and contenders without dependencies of the bench's own.
const small = ['--only', 'null', '--events', '200']
const limitMs = 300_000

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [bench, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, stdout, stderr }
}

/** What publishing costs beside receiving, against limits that are met, or cannot be. */
function ratioFile(name: string, ...limits: readonly { atLeast?: number; atMost?: number }[]): string {
  const [of, to] = ['publisher', 'receiver'].map((end) => ({ contender: 'event-bus', measure: `${end} CPU us/event` }))
  const file = path.join(folder, name)
  writeFileSync(file, JSON.stringify(limits.map((limit) => ({ what: name, axis: 'null', of, to, ...limit }))))
  return file
}

test('one table, and a JSON with every run', { timeout: limitMs }, async () => {
  const file = path.join(folder, 'figures.json')
  const { code, stdout } = await run(...small, '--contenders', 'amqplib,event-bus', '--runs', '2', '--json', file)
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^\| null +\| publisher CPU us\/event +\| amqplib +\| +[\d.]+ \| +[\d.]+ \| +[\d.]+ \| +1\.00 \|$/m,
  )
  expect(stdout).toMatch(/^\| null +\| receiver CPU us\/event +\| event-bus +\|/m)
  const { figures, settings } = JSON.parse(readFileSync(file, 'utf8'))
  expect(settings).toEqual({ runs: 2, events: 200, inFlight: 500 })
  for (const { median, min, max, values } of figures) {
    expect(values).toHaveLength(2)
    expect(values.every((value: number) => value > 0)).toBe(true)
    expect([min, median, max]).toEqual([Math.min(...values), (values[0] + values[1]) / 2, Math.max(...values)])
  }
})

test('--check ends with 1 if a ratio is missed, and says which', { timeout: limitMs }, async () => {
  const ratios = ratioFile('some are missed', { atLeast: 0 }, { atMost: 0 }, { atLeast: 1e9 })
  const { code, stdout } = await run(
    ...small,
    '--check',
    '--ratios',
    ratios,
    '--json',
    path.join(folder, 'missed.json'),
  )
  expect(code).toBe(1)
  expect(stdout).toMatch(/at least 0 .*\| yes/)
  expect(stdout).toMatch(/at most 0 .*\| no/)
  expect(stdout).toMatch(/at least 1000000000 .*\| no/)
})

test('--check ends with 0 if all ratios are met', { timeout: limitMs }, async () => {
  const ratios = ratioFile('all are met', { atLeast: 0, atMost: 1e9 })
  const { code } = await run(
    ...small,
    '--runs',
    '1',
    '--check',
    '--ratios',
    ratios,
    '--json',
    path.join(folder, 'met.json'),
  )
  expect(code).toBe(0)
})

test('what cannot be measured is named, and ends with 1', { timeout: limitMs }, async () => {
  const tooMany = ['--events', '100000000', '--limit', '1', '--json', path.join(folder, 'none.json')]
  const { code, stderr } = await run('--only', 'null', '--contenders', 'event-bus', ...tooMany)
  expect(code).toBe(1)
  expect(stderr).toMatch(/^not measured: null, event-bus: .* not within 1 s$/m)
})

test('a broker that does not answer is named, without its password', { timeout: limitMs }, async () => {
  const { code, stderr } = await run('--only', 'consume', '--amqp-url', 'amqp://user:secret@127.0.0.1:1')
  expect(code).toBe(1)
  expect(stderr).toBe(
    'bench: no RabbitMQ answers at 127.0.0.1:1; start one, or name another with --amqp-url or EVENTBUS_AMQP_URL\n',
  )
})

test('an axis that there is not is refused', { timeout: limitMs }, async () => {
  const { code, stderr } = await run('--only', 'null,dream', '--events', '200')
  expect(code).toBe(2)
  expect(stderr).toContain('--only: there is no dream; there are publish-classic, ')
})
