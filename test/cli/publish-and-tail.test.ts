import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { waitFor } from '../support/wait-for.ts'
import { freePorts } from '../support/free-ports.ts'
import { endAll, run, type Running, start, startServe, startTail } from './processes.ts'

let folder: string
let serve: Running & { url: string }
let tails: Running[]

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'eventbus-cli-'))
  serve = await startServe()
})

beforeEach(() => {
  tails = []
})

afterEach(async () => {
  for (const tail of tails) tail.signal('SIGKILL')
  await Promise.all(tails.map(({ ended }) => ended))
})

afterAll(async () => {
  await endAll()
  rmSync(folder, { recursive: true })
})

async function tailOf(pattern: string, ...args: string[]): Promise<Running> {
  const tail = await startTail([pattern, ...args, '--url', serve.url])
  tails.push(tail)
  return tail
}

function publish(...args: string[]): ReturnType<typeof run> {
  return run(['publish', ...args], { env: { EVENTBUS_URL: serve.url } })
}

function file(name: string, content: string): string {
  const where = path.join(folder, name)
  writeFileSync(where, content)
  return where
}

function eventsOf(tail: Running): Record<string, unknown>[] {
  return tail.lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('one event', () => {
  test('prints its id and arrives with all it was given', async () => {
    const tail = await tailOf('one.#', '--count', '2')
    const options = ['--subject', 'app-1', '--correlation-id', 'c-1', '--data-version', '2', '--source', 'shop']
    const { code, stdout, stderr } = await publish('one.event', '{"appId":"app-1"}', ...options)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect((await publish('one.bare', '--id', 'my-id')).stdout).toBe('my-id\n')
    expect((await tail.ended).code).toBe(0)
    expect(eventsOf(tail)).toEqual([
      {
        specversion: '1.0',
        id: stdout.trim(),
        type: 'one.event',
        source: 'shop',
        time: expect.any(String) as string,
        subject: 'app-1',
        correlationid: 'c-1',
        dataversion: '2',
        datacontenttype: 'application/json',
        data: { appId: 'app-1' },
      },
      expect.objectContaining({ id: 'my-id', source: 'event-bus-cli' }),
    ])
  })

  test('a bad one is one line on stderr and exit code 1', async () => {
    const { code, stdout, stderr } = await publish('one..event')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^event-bus: EVENT_TYPE_INVALID: .*\n$/)
  })

  test('when nothing answers it says where, and what to do', async () => {
    const [port] = await freePorts(1)
    const [byDefault, byUrl] = await Promise.all([
      run(['publish', 'a.b'], { env: { EVENTBUS_PORT: String(port) } }),
      run(['tail', '#', '--url', `http://127.0.0.1:${port}`]),
    ])
    expect(byDefault.code).toBe(1)
    expect(byDefault.stderr).toMatch(
      new RegExp(
        `^event-bus: CONNECTION_FAILED: http://127.0.0.1:${port} does not answer .*start event-bus serve.*\n$`,
      ),
    )
    expect(byUrl).toMatchObject({ code: 1, stderr: expect.stringContaining('CONNECTION_FAILED') as string })
  })
})

describe('a file', () => {
  const lines = Array.from({ length: 1_000 }, (_, index) => JSON.stringify({ type: 'file.event', data: index }))
  const withBadLines = lines.toSpliced(10, 0, 'nope').toSpliced(500, 0, '{"type":"bad..type"}', '')

  test('1,000 events arrive in order; bad lines are told by number, and the exit code says so', async () => {
    const tail = await tailOf('file.#')
    const { code, stdout, stderr } = await publish('--file', file('bad.ndjson', withBadLines.join('\n')))
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    const [first, second, summary, ...rest] = stderr.split('\n')
    expect(first).toMatch(/^event-bus: line 11: EVENT_INVALID: the line is no JSON/)
    expect(second).toMatch(/^event-bus: line 501: EVENT_TYPE_INVALID: /)
    expect(summary).toMatch(/^event-bus: 1,000 confirmed, 2 failed in [\d.]+ s \([\d,]+\/s\)$/)
    expect(rest).toEqual([''])
    await waitFor(() => tail.lines.length === 1_000)
    expect(eventsOf(tail).map(({ data }) => data)).toEqual(lines.map((_, index) => index))
  })

  test('standard input works as well; 0 only if all were confirmed', async () => {
    const { code, stderr } = await run(['publish', '--file', '-', '--url', serve.url], {
      input: `${lines.join('\n')}\n`,
    })
    expect(code).toBe(0)
    expect(stderr).toMatch(/^event-bus: 1,000 confirmed, 0 failed/)
  })

  test('--stop-on-error ends it at the first bad line', async () => {
    const { code, stderr } = await publish('--file', file('stop.ndjson', withBadLines.join('\n')), '--stop-on-error')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^event-bus: line 11: EVENT_INVALID: .*; stopped here\nevent-bus: [\d,]+ confirmed, 1 failed/,
    )
  })

  test('a missing file, a folder and a line that is too long are told', async () => {
    const [missing, isFolder, tooLong] = await Promise.all([
      publish('--file', path.join(folder, 'missing')),
      publish('--file', folder),
      publish('--file', file('long.ndjson', `${lines[0]}\n${' '.repeat(200)}\n${lines[1]}`), '--max-line-bytes', '100'),
    ])
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('FILE_UNREADABLE') as string })
    expect(isFolder).toMatchObject({ code: 1, stderr: expect.stringContaining('FILE_UNREADABLE') as string })
    expect(tooLong.stderr).toMatch(/line 2: EVENT_TOO_LARGE: .*\n.*2 confirmed, 1 failed/)
  })

  test('when the server goes, it stops and tells the line', async () => {
    const other = await startServe()
    const publisher = start(['publish', '--file', '-', '--url', other.url], {
      keepInputOpen: true,
      input: `${lines[0]}\n`,
    })
    const tail = await startTail(['#', '--url', other.url])
    tails.push(tail)
    publisher.write(`${lines[1]}\n`)
    await waitFor(() => tail.lines.length > 0)
    other.signal('SIGKILL')
    await other.ended
    publisher.write(`${lines.slice(2).join('\n')}\n`)
    const { code, stderr } = await publisher.ended
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^event-bus: line 3: CONNECTION_FAILED: .*; stopped here\nevent-bus: 2 confirmed, \d+ failed/,
    )
  })

  test('SIGINT ends it after what is in flight, with a summary and 130', async () => {
    const tail = await tailOf('file.#')
    const publisher = start(['publish', '--file', '-', '--url', serve.url], {
      keepInputOpen: true,
      input: `${lines[0]}\n`,
    })
    await waitFor(() => tail.lines.length === 1, { timeoutMs: 10_000 })
    publisher.signal('SIGINT')
    expect(await publisher.ended).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(/1 confirmed, 0 failed/) as string,
    })
  })
})

describe('tail', () => {
  test('--format pretty shows a line of text, and nothing in it commands the terminal', async () => {
    const tail = await tailOf('pretty.#', '--format', 'pretty')
    await publish('pretty.event', '{"appId":"app-1","text":"\\u001b[31m"}', '--subject', 'a\u001b]0;x\u0007')
    await waitFor(() => tail.lines.length === 1)
    expect(tail.lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} {2}pretty\.event +event-bus-cli +a\\u001b\]0;x\\u0007 +\{"appId":"app-1","text":"\\u001b\[31m"\}$/,
    )
  })

  test('--count 1 ends after one event, however many come', async () => {
    const tail = await tailOf('count.#', '--count', '1')
    await publish('--file', file('count.ndjson', '{"type":"count.one"}\n{"type":"count.two"}'))
    expect(await tail.ended).toMatchObject({ code: 0 })
    expect(eventsOf(tail)).toMatchObject([{ type: 'count.one' }])
  })

  test('a signal is its normal end; with --count it is cut short', async () => {
    const [plain, counting] = await Promise.all([tailOf('#'), tailOf('#', '--count', '5')])
    plain.signal('SIGINT')
    counting.signal('SIGTERM')
    expect((await plain.ended).code).toBe(0)
    expect((await counting.ended).code).toBe(143)
  })

  test('it ends when nobody reads any more', async () => {
    const tail = await tailOf('pipe.#')
    tail.child.stdout?.destroy()
    await publish('pipe.one')
    await publish('pipe.two')
    expect(await tail.ended).toMatchObject({ code: 0, stderr: 'event-bus: listening for pipe.#\n' })
  })

  test('it connects again when the server comes back, and says so', async () => {
    const [port = 0] = await freePorts(1)
    const first = await startServe(['--port', String(port)])
    const tail = await startTail(['#', '--url', first.url])
    tails.push(tail)
    first.signal('SIGTERM')
    await first.ended
    await tail.has('stderr', /lost http:\/\/127.0.0.1:\d+ .*events published meanwhile are missed/)
    const second = await startServe(['--port', String(port)])
    await tail.has('stderr', /missed\nevent-bus: listening for #\n$/)
    await run(['publish', 'back.again', '--url', second.url])
    await waitFor(() => tail.lines.length === 1)
    tail.signal('SIGINT')
    expect((await tail.ended).code).toBe(0)
  })
})
