import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { endAll, run } from './processes.ts'

afterEach(endAll)

test('--help lists the commands and exit codes, --version is that of the package', async () => {
  const [help, version] = await Promise.all([run(['--help']), run(['--version'])])
  expect(help).toMatchObject({ code: 0, stderr: '' })
  for (const word of ['serve', 'publish', 'tail', 'Exit codes', '143']) expect(help.stdout).toContain(word)
  const manifest = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8')) as object
  expect(version).toEqual({ code: 0, stderr: '', stdout: `${(manifest as { version: string }).version}\n` })
})

test.each(['serve', 'publish', 'tail', 'dead-letters', 'doctor'])(
  '%s --help has usage, options with variables and defaults, examples',
  async (name) => {
    const { code, stdout, stderr } = await run([name, '--help', '--nonsense'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`event-bus ${name} `)
    expect(stdout).toMatch(/--amqp-url URL[^]*env\s+EVENTBUS_AMQP_URL/)
    expect(stdout).toMatch(/default\s+30/)
    expect(stdout).toContain('Examples:')
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
    expect((await run(['help', name])).stdout).toBe(stdout)
  },
)

test.each([
  { args: [], says: 'no command given' },
  { args: ['pubish'], says: "unknown command 'pubish'; did you mean publish?" },
  { args: ['--port', '1'], says: 'unknown option --port' },
  { args: ['serve', '--prot', '1'], says: 'unknown option --prot; did you mean --port?' },
  { args: ['serve', 'there'], says: "unexpected argument 'there'" },
  { args: ['serve', '--port', 'x'], says: '--port must be a whole number from 0 to 65535' },
  { args: ['serve', '--port'], says: "Option '--port <value>' argument missing" },
  { args: ['serve', '--host', '0.0.0.0'], says: 'EVENTBUS_TOKEN' },
  { args: ['serve', '--token', 'with space'], says: '--token must be' },
  { args: ['publish'], says: 'give the type of an event, or --file' },
  { args: ['publish', 'a.b', '{a:1}'], says: 'the data is no JSON' },
  { args: ['publish', 'a.b', '{"a":', '1}'], says: 'quote the JSON' },
  { args: ['publish', 'a.b', '--file', 'x'], says: 'give one of the two' },
  { args: ['publish', '--file', 'x', '--subject', 'y'], says: '--subject belongs to a single event' },
  { args: ['publish', 'a.b', '--url', 'http://a', '--amqp-url', 'amqp://b'], says: 'give one of the two' },
  { args: ['publish', 'a.b', '--exchange', 'x'], says: '--exchange belongs to --amqp-url' },
  { args: ['publish', 'a.b', '--url', 'ftp://a'], says: '--url must be like http://host:port' },
  { args: ['tail'], says: 'give a pattern' },
  { args: ['tail', 'a', '--format', 'xml'], says: '--format must be pretty or ndjson' },
  { args: ['tail', 'a', '--count', '0'], says: '--count must be a whole number' },
])('$args is wrong usage: one line, a hint, exit code 2', async ({ args, says }) => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const code = await main(args)
  const [line, hint, ...rest] = written.mock.calls
    .map(([text]) => String(text))
    .join('')
    .split('\n')
  written.mockRestore()
  expect(code).toBe(2)
  expect(line).toMatch(/^event-bus: /)
  expect(line).toContain(says)
  expect(hint).toMatch(/^Try: event-bus .*--help$/)
  expect(rest).toEqual([''])
})

test('wrong usage and the help leave nothing on the other stream', async () => {
  expect(await run(['serve', '--prot'])).toMatchObject({ code: 2, stdout: '' })
})

test('a refused option or pattern is wrong usage, too, and a wrong variable is called by its name', async () => {
  const [pattern, url, variable] = await Promise.all([
    run(['tail', 'app*']),
    run(['tail', '#', '--amqp-url', 'http://secret:secret@localhost']),
    run(['serve'], { env: { EVENTBUS_PORT: '99999' } }),
  ])
  expect(pattern.code).toBe(2)
  expect(pattern.stderr).toContain('event-bus: PATTERN_INVALID: ')
  expect(url.code).toBe(2)
  expect(url.stderr).toContain('event-bus: OPTION_INVALID: ')
  expect(url.stderr).not.toContain('secret')
  expect(variable).toMatchObject({ code: 2, stderr: expect.stringContaining('EVENTBUS_PORT must be') as string })
})

test('an older Node.js is told what is needed, in one line', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'eventbus-cli-'))
  const preload = path.join(folder, 'preload.mjs')
  const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: process.env.PRETEND } })`
  writeFileSync(preload, pretend)
  const runOn = (version: string) => run(['--version'], { nodeArgs: ['--import', preload], env: { PRETEND: version } })
  try {
    for (const old of ['18.20.8', '20.20.2', '22.17.1']) {
      const { code, stdout, stderr } = await runOn(old)
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(new RegExp(`^event-bus: needs Node.js 22.18 or later, this is ${old} .*nodejs.org\n$`))
    }
    for (const current of ['22.18.0', '24.0.0', '26.1.0'])
      expect(await runOn(current)).toMatchObject({ code: 0, stderr: '' })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
