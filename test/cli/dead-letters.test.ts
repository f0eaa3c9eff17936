import { randomUUID } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { asks } from '../../src/cli/asks.ts'
import { letterDetails, letterTable } from '../../src/cli/dead-letters/pretty.ts'
import type { DeadLetterInfo } from '../../src/index.ts'
import { putDeadLetters } from '../support/rabbitmq/put-dead-letters.ts'
import { onChannel, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { endAll, run, start } from './processes.ts'

const amqpUrl = inject('amqpUrl')
let exchange: string
let env: { EVENTBUS_AMQP_URL: string; EVENTBUS_EXCHANGE: string }

beforeEach(() => {
  exchange = `cli-letters-${randomUUID().slice(0, 8)}`
  env = { EVENTBUS_AMQP_URL: amqpUrl, EVENTBUS_EXCHANGE: exchange }
})

afterEach(async () => {
  await endAll()
  await removeTopologyOf(amqpUrl, exchange, [`${exchange}:pile`])
})

const command = (...args: string[]): ReturnType<typeof run> => run(['dead-letters', ...args], { env })

/** Five letters of `app.one`, five of `app.two` in a group; a queue for those that go back. */
async function putTen(): Promise<void> {
  const queue = `${exchange}:pile`
  await onChannel(amqpUrl, (channel) => channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum' } }))
  await putDeadLetters(
    amqpUrl,
    exchange,
    Array.from({ length: 10 }, (_, index) => ({
      id: `e${index}`,
      type: index < 5 ? 'app.one' : 'app.two',
      queue,
      headers: index < 5 ? {} : { 'event-bus-group': 'billing' },
    })),
  )
}

function idsIn(stdout: string): string[] {
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.map((line) => (JSON.parse(line) as { id: string }).id)
}

test('list, show, redrive and discard, in a pipe', async () => {
  await putTen()
  const listed = await command('list', '--pattern', 'app.one', '--limit', '3')
  expect(listed.code).toBe(0)
  expect(idsIn(listed.stdout)).toEqual(['letter-e0', 'letter-e1', 'letter-e2'])
  const [, after = ''] = /3 of 5 dead letters; the next: --after '(.*)'\n/.exec(listed.stderr) ?? []
  const rest = await command('list', '--pattern', 'app.one', '--after', after)
  expect(idsIn(rest.stdout)).toEqual(['letter-e3', 'letter-e4'])

  const shown = await command('show', 'letter-e7', 'nothing')
  expect(shown).toMatchObject({ code: 1, stderr: "event-bus: there is no dead letter 'nothing'\n" })
  expect(JSON.parse(shown.stdout)).toMatchObject({ id: 'letter-e7', group: 'billing', event: { type: 'app.two' } })

  const redriven = await command('redrive', '--group', 'billing', '--rate', '1000', '--json')
  expect(redriven).toMatchObject({ code: 0, stderr: 'event-bus: 5 dead letters redriven, 0 left\n' })
  expect(JSON.parse(redriven.stdout)).toEqual({ redriven: 5, failures: [], left: 0, missing: [] })

  const unsaid = await command('discard', 'letter-e0')
  expect(unsaid).toMatchObject({ code: 2, stdout: '' })
  expect(unsaid.stderr).toContain('give --yes')
  const one = await command('discard', 'letter-e0', '--yes')
  expect(one).toEqual({ code: 0, stdout: '', stderr: 'event-bus: 1 dead letter discarded\n' })
  const all = await command('discard', '--all', '--yes')
  expect(all).toEqual({ code: 0, stdout: '', stderr: 'event-bus: 4 dead letters discarded\n' })
  expect(await command('list')).toEqual({ code: 0, stdout: '', stderr: 'event-bus: 0 of 0 dead letters\n' })
})

test('what cannot go back is named, and the exit code says so', async () => {
  await putDeadLetters(amqpUrl, exchange, [{ id: 'e1', queue: `${exchange}:gone` }])
  const { code, stderr } = await command('redrive', '--all')
  expect(code).toBe(1)
  expect(stderr).toMatch(/letter-e1: PUBLISH_UNROUTABLE: .*:gone.*\nevent-bus: 0 dead letters redriven, 1 left\n$/)
})

test('a redrive that is interrupted says how far it came', async () => {
  await putTen()
  const redrive = start(['dead-letters', 'redrive', '--all', '--rate', '1'], { env })
  const isBegun = async (): Promise<boolean> =>
    onChannel(amqpUrl, async (channel) => (await channel.checkQueue(`${exchange}:pile`)).messageCount > 0)
  while (!(await isBegun()));
  redrive.signal('SIGINT')
  const { code, stderr } = await redrive.ended
  expect(code).toBe(130)
  expect(stderr).toMatch(/event-bus: \d dead letters? redriven, \d+ left\n$/)
})

test.each([
  { args: [], says: 'say what to do: list, show, redrive, discard' },
  { args: ['lst'], says: "'lst' is not known" },
  { args: ['show'], says: 'give the id of a dead letter' },
  { args: ['redrive'], says: 'say which letters to redrive' },
  { args: ['discard', '--yes'], says: 'say which letters to discard' },
  { args: ['redrive', '--all', '--group', 'g'], says: 'give one of the two' },
  { args: ['list', '--rate', '1'], says: '--rate belongs to redrive, not to list' },
  { args: ['list', '--reason', 'none'], says: '--reason must be handlers-failed or' },
  { args: ['list', '--url', 'http://127.0.0.1:4080'], says: 'does not carry dead letters; give --amqp-url' },
])('$args is wrong usage', async ({ args, says }) => {
  const { code, stdout, stderr } = await command(...args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(says)
})

test('without a broker it says what it needs', async () => {
  const { code, stderr } = await run(['dead-letters', 'list'], { env: { EVENTBUS_URL: 'http://127.0.0.1:4080' } })
  expect(code).toBe(2)
  expect(stderr).toContain('dead letters need --amqp-url or --clusters, or EVENTBUS_AMQP_URL')
})

describe('on a terminal', () => {
  const letter: DeadLetterInfo = {
    id: 'l-1',
    event: undefined,
    type: 'app.\u001b[31mred',
    contentType: 'image/x',
    bytes: 4,
    reason: 'undecodable',
    queue: 'q',
    group: undefined,
    handlers: [],
    error: { name: 'Error', message: 'no\nevent at all, and a long text about it', stack: 'Error: no\n  at here' },
    attempts: 0,
    firstFailedAt: undefined,
    failedAt: '2026-01-02T03:04:05.678Z',
    instance: undefined,
  }

  test('a table fits its width, and no letter commands the terminal', () => {
    const [head, row, ...rest] = letterTable([letter], 100)
    expect(rest).toEqual([])
    expect(head).toMatch(/^ID\s+FAILED AT\s+TYPE\s+REASON\s+GROUP\s+ATTEMPTS\s+ERROR$/)
    expect(row).toMatch(
      /^l-1 {2}2026-01-02 03:04:05 {2}app\.\\u001b\[31mred {2}undecodable {2}- .* 0 .*Error: no\\u000a/,
    )
    expect(row?.length).toBeLessThanOrEqual(100)
  })

  test('one letter is shown with all that there is', () => {
    const text = letterDetails(letter).join('\n')
    expect(text).toMatch(/^event +none: the message cannot be decoded$/m)
    expect(text).toMatch(/^body +4 bytes, image\/x$/m)
    expect(text).toMatch(/^ {2}at here$/m)
    expect(text).not.toContain('instance')
  })

  test.each([
    { answer: 'y\n', agrees: true },
    { answer: 'YES\n', agrees: true },
    { answer: '\n', agrees: false },
    { answer: 'nyes\n', agrees: false },
    { answer: undefined, agrees: false },
  ])('$answer to the question is $agrees', async ({ answer, agrees }) => {
    const input = new PassThrough()
    const asked = asks('Sure? ', new AbortController().signal, input, new PassThrough())
    input.end(answer)
    expect(await asked).toBe(agrees)
  })
})
