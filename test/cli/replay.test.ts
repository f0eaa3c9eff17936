import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { progressLine } from '../../src/cli/replay/progress.ts'
import { readPoint, showPoint } from '../../src/cli/replay/resume-point.ts'
import { onChannel, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { waitFor } from '../support/wait-for.ts'
import { makeStore } from './history-scene.ts'
import { runHere } from './in-process.ts'
import { endAll, run, start } from './processes.ts'

const amqpUrl = inject('amqpUrl')
let folder: string
let file: string
let exchange: string
let env: Record<string, string>

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'eventbus-replay-'))
  file = path.join(folder, 'events.db')
  await makeStore(file)
})

afterAll(() => rmSync(folder, { recursive: true }))

beforeEach(() => {
  exchange = `cli-replay-${randomUUID().slice(0, 8)}`
  env = { EVENTBUS_AMQP_URL: amqpUrl, EVENTBUS_EXCHANGE: exchange, EVENTBUS_STORE: file }
})

afterEach(async () => {
  await endAll()
  await removeTopologyOf(amqpUrl, exchange, [queueName()])
})

const queueName = (): string => `${exchange}:group:billing:app.#`
const command = (...args: string[]): ReturnType<typeof run> => run(['replay', ...args], { env })

async function makeQueue(): Promise<void> {
  await onChannel(amqpUrl, (channel) =>
    channel.assertQueue(queueName(), { arguments: { 'x-queue-type': 'quorum', 'x-max-length': 10_000 } }),
  )
}

/** The ids of all that waits in the queue, in order; takes them away. */
function drain(): Promise<string[]> {
  return onChannel(amqpUrl, async (channel) => {
    const ids: string[] = []
    const { messageCount } = await channel.checkQueue(queueName())
    await channel.consume(queueName(), (message) => ids.push(String(message?.properties.messageId)), { noAck: true })
    await waitFor(() => ids.length >= messageCount)
    return ids
  })
}

/** Three in four are of `app.*`. */
const appIds = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => from + index)
    .filter((index) => index % 4 !== 2)
    .map((index) => `event-${index}`)

test('a dry run counts, and needs no broker', async () => {
  const { code, stdout, stderr } = await run(
    [
      'replay',
      'app.*',
      '#.updated',
      '--group',
      'billing',
      '--queue-pattern',
      'app.#',
      '--dry-run',
      '--json',
      '--store',
      file,
    ],
    {},
  )
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: "event-bus: 225 events would go to the queue of 'billing' for 'app.#'\n",
  })
  expect(JSON.parse(stdout)).toMatchObject({ total: 225, replayed: 0, end: 300, isComplete: false })
})

test('replays what the filters select to the queue of the group', async () => {
  await makeQueue()
  const replayed = await command('app.#', '--group', 'billing', '--after', '100', '--before', '201', '--yes', '--json')
  expect(replayed.stderr).toMatch(
    /^event-bus: 75 of 75 events replayed to the queue of 'billing' for 'app\.#' \([\d,]+\/s\)\n$/,
  )
  expect(replayed.code).toBe(0)
  expect(JSON.parse(replayed.stdout)).toMatchObject({ total: 75, replayed: 75, position: 200, isComplete: true })
  expect(await drain()).toEqual(appIds(100, 200))
  const all = await command('--group', 'billing', '--queue-pattern', 'app.#', '--subject', 'app-3', '--yes')
  expect(all.code).toBe(0)
  expect(await drain()).toEqual(appIds(0, 300).filter((id) => Number(id.slice(6)) % 5 === 3))
})

test('cut short it says how to go on, and going on leaves no gap and repeats nothing', async () => {
  await makeQueue()
  const waiting = (): Promise<number> =>
    onChannel(amqpUrl, async (channel) => (await channel.checkQueue(queueName())).messageCount)
  const replay = start(['replay', 'app.#', '--group', 'billing', '--rate', '40', '--yes'], { env })
  await waitFor(async () => (await waiting()) > 5, { timeoutMs: 15_000 })
  replay.signal('SIGINT')
  const { code, stderr } = await replay.ended
  expect(code).toBe(130)
  const [, place = ''] = /to go on, the same with --resume-from (\S+)\n$/.exec(stderr) ?? []
  expect(place).toMatch(/^\d+\/300$/)
  const rest = await command('app.#', '--group', 'billing', '--resume-from', place, '--yes')
  expect(rest.code).toBe(0)
  expect(await drain()).toEqual(appIds(0, 300))
})

test('a queue that is not there is a failure, with the way to go on', async () => {
  const { code, stderr } = await command('app.#', '--group', 'billing', '--yes')
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^event-bus: PUBLISH_UNROUTABLE: .*'billing' \('app\.#'\).*\nevent-bus: 0 of 225 events .*\nevent-bus: to go on, .* 0\/300\n$/,
  )
})

test('a place that the store has not is a failure', async () => {
  const { code, stderr } = await command('app.#', '--group', 'billing', '--resume-from', '999', '--yes')
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('POSITION_UNKNOWN') as string })
})

test.each([
  { args: ['app.#'], says: 'say whose queue gets the events: --group NAME' },
  { args: ['--group', 'g', '--yes'], says: '--queue-pattern PATTERN' },
  { args: ['a', 'b', '--group', 'g', '--yes'], says: '--queue-pattern PATTERN' },
  { args: ['app.#', '--group', 'g'], says: 'no terminal to ask on: give --yes' },
  { args: ['app.#', '--group', 'g', '--yes', '--resume-from', 'there'], says: '--resume-from must be' },
  { args: ['app.#', '--group', 'g', '--yes', '--rate', '0'], says: '--rate must be a whole number' },
  { args: ['app.ins*', '--group', 'g', '--yes'], says: 'PATTERN_INVALID' },
  { args: ['app.#', '--group', 'g', '--queue-pattern', 'order.*', '--dry-run'], says: 'OPTION_INVALID' },
  { args: ['app.#', '--group', 'g', '--yes', '--since', 'soon'], says: '--since must be a time' },
])('$args is wrong usage', async ({ args, says }) => {
  const { code, stdout, stderr } = await runHere(['replay', ...args, '--store', file, '--amqp-url', amqpUrl])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(says)
})

test.each([
  { env: {}, says: 'replay needs --store' },
  { env: { EVENTBUS_STORE: 'here.db' }, says: 'replay needs --amqp-url' },
])('without $env it says what it needs', async ({ env: given, says }) => {
  const { code, stderr } = await run(['replay', 'app.#', '--group', 'g', '--yes'], { env: given })
  expect(code).toBe(2)
  expect(stderr).toContain(says)
})

describe('a place to go on', () => {
  test.each([
    { point: { position: 16 }, text: '16' },
    { point: { position: 16, ahead: [], end: 500 }, text: '16/500' },
    { point: { position: 16, ahead: [18, 20, 21, 22, 30], end: 500 }, text: '16+18+20-22+30/500' },
  ])('$text', ({ point, text }) => {
    expect(showPoint(point)).toBe(text)
    expect(readPoint(text)).toMatchObject(point)
  })

  test.each(['', 'x', '-1', '5+', '5+9-7', '5/', '5 6', '5+1-999999999'])("'%s' is none", (text) => {
    expect(() => readPoint(text)).toThrow(/--resume-from/)
  })
})

test('the progress line has a bar, counts, rate, position and what is left', () => {
  expect(progressLine({ total: 2_000, replayed: 500, position: 731 }, 1_000)).toBe(
    '[======                  ] 25% 500 of 2,000 events, 500/s, position 731, 3 s left',
  )
  expect(progressLine({ total: 0, replayed: 0, position: 0 }, 0)).toBe(
    '[========================] 100% 0 of 0 events, 0/s, position 0',
  )
})
