import { expect, test } from 'vitest'
import { faultLine } from '../../src/cli/failure.ts'
import { plainLogger } from '../../src/cli/logger.ts'
import { progressLine, summaryLine } from '../../src/cli/publish/progress.ts'
import { shorten } from '../../src/cli/printable.ts'
import { isLoopback } from '../../src/cli/serve/access.ts'
import { banner } from '../../src/cli/serve/banner.ts'
import { toHttpError } from '../../src/cli/serve/http-error.ts'
import { prettyLine } from '../../src/cli/tail/pretty.ts'
import { EventBusError, type EventBusErrorCode } from '../../src/core/errors.ts'

const event = { time: '2026-01-02T03:04:05.678Z', type: 'app.installed', source: 'shop', data: { appId: 'app-1' } }

test('a pretty line fits the terminal, has colours only if asked for, and shows bad times as they are', () => {
  const plain = prettyLine({ ...event, data: { text: 'ü'.repeat(500) } }, { useColors: false, columns: 120 })
  expect(plain).toHaveLength(120)
  expect(plain.endsWith('…')).toBe(true)
  expect(prettyLine(event, { useColors: true, columns: 120 })).toContain('\u001b[36mapp.installed')
  expect(prettyLine({ ...event, time: 'soon' }, { useColors: false, columns: 80 })).toBe(
    'soon  app.installed  shop  -  {"appId":"app-1"}',
  )
  expect(prettyLine({ ...event, data: undefined }, { useColors: false, columns: 80 })).toMatch(/shop {2}-$/)
})

test('a text is never cut inside of a character', () => {
  expect(shorten('ab😀cd', 4)).toBe('ab…')
  expect(shorten('ab😀cd', 6)).toBe('ab😀cd')
})

test('progress tells counts, rate and how much of the file; the summary how long it took', () => {
  const progress = { confirmed: 12_345, failed: 2, bytes: 5_242_880, totalBytes: 10_485_760, elapsedMs: 2_000 }
  expect(progressLine(progress)).toBe('12,345 confirmed, 2 failed, 6,173/s, 5.0 MiB of 10.0 MiB (50%)')
  expect(progressLine({ ...progress, totalBytes: undefined })).toBe('12,345 confirmed, 2 failed, 6,173/s, 5.0 MiB')
  expect(summaryLine(progress)).toBe('12,345 confirmed, 2 failed in 2.0 s (6,173/s)')
})

test('an error is one line, whatever its message', () => {
  expect(faultLine({ code: 'X', message: 'one\n  two\u001b[0m' })).toBe('event-bus: X: one two\\u001b[0m\n')
})

test('what fails again and again is written once, until something goes well', () => {
  const lines: string[] = []
  const logger = plainLogger((line) => lines.push(line))
  for (let attempt = 0; attempt < 3; attempt++) logger.warn({}, 'cannot connect')
  logger.info({}, 'connected')
  logger.info({}, 'connected')
  logger.warn({}, 'cannot connect')
  const warning = 'event-bus: warning: cannot connect\n'
  expect(lines).toEqual([warning, 'event-bus: connected\n', warning])
})

test.each<[EventBusErrorCode, number, string | undefined]>([
  ['EVENT_INVALID', 400, undefined],
  ['EVENT_TYPE_INVALID', 400, undefined],
  ['EVENT_NOT_SERIALIZABLE', 400, undefined],
  ['PATTERN_INVALID', 400, undefined],
  ['EVENT_TOO_LARGE', 413, undefined],
  ['PUBLISH_BUFFER_FULL', 429, '1'],
  ['PUBLISH_TIMEOUT', 503, '5'],
  ['PUBLISH_UNCONFIRMED', 503, '5'],
  ['PUBLISH_REFUSED', 503, '5'],
  ['CREDENTIALS_REFUSED', 503, '5'],
  ['BUS_CLOSED', 503, '5'],
])('%s is answered with %i', (code, status, retryAfter) => {
  const error = toHttpError(new EventBusError(code, 'why'))
  expect(error).toMatchObject({ status, code, message: 'why' })
  expect(error.headers['Retry-After']).toBe(retryAfter)
})

test('only names and addresses of this machine are loopback', () => {
  for (const host of ['localhost', 'a.localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]'])
    expect(isLoopback(host)).toBe(true)
  for (const host of [
    '',
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '1127.0.0.1',
  ]) {
    expect(isLoopback(host)).toBe(false)
  }
})

test('the banner has lines that work: no --url where it is not needed, an address to connect to, the token as variable', () => {
  const facts = {
    version: '1.0.0',
    host: '127.0.0.1',
    port: 4080,
    isDefault: true,
    needsToken: false,
    hasMetrics: true,
    transport: 'memory',
    store: undefined,
    program: 'event-bus',
  }
  expect(banner(facts)).toContain("  event-bus tail '#'\n")
  const open = banner({ ...facts, host: '0.0.0.0', isDefault: false, needsToken: true })
  expect(open).toContain('listens on http://0.0.0.0:4080\n')
  expect(open).toContain('curl -H "Authorization: Bearer $EVENTBUS_TOKEN" http://127.0.0.1:4080/events')
  expect(banner({ ...facts, host: '::1' })).toContain('http://[::1]:4080/readyz')
  expect(open).toContain('curl -H "Authorization: Bearer $EVENTBUS_TOKEN" http://127.0.0.1:4080/metrics')
})
