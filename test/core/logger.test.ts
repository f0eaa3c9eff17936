import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test, vi } from 'vitest'
import { EventBusError } from '../../src/core/errors.ts'
import { guarded, type Logger, stderrLogger, withFields } from '../../src/core/logger.ts'

const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)

afterEach(() => write.mockClear())

function written(): Record<string, unknown> {
  expect(write).toHaveBeenCalledTimes(1)
  const line = String(write.mock.calls[0]?.[0])
  expect(line).toMatch(/^[^\n]*\n$/)
  return JSON.parse(line) as Record<string, unknown>
}

test('warnings and errors are JSON lines, debug and info are silence', () => {
  stderrLogger.debug({}, 'nothing')
  stderrLogger.info({}, 'nothing')
  expect(write).not.toHaveBeenCalled()
  stderrLogger.warn({ event_type: 'app.installed' }, 'Look\nhere')
  expect(written()).toMatchObject({ level: 'warn', event_type: 'app.installed', msg: 'Look\nhere' })
})

test('an error is logged with its code, message, stack and cause', () => {
  const err = new EventBusError('BUS_CLOSED', 'too late', { cause: new Error('the reason') })
  stderrLogger.error({ err }, 'Failed')
  expect(written().err).toMatchObject({
    name: 'EventBusError',
    code: 'BUS_CLOSED',
    message: 'too late',
    stack: expect.stringContaining('too late'),
    cause: { name: 'Error', message: 'the reason' },
  })
})

test('the event that a publish error carries is not logged', () => {
  const err = new EventBusError('BUS_CLOSED', 'too late').about({ data: { password: 'hunter2' } })
  stderrLogger.error({ err }, 'Failed')
  expect(JSON.stringify(written())).not.toContain('hunter2')
})

test('what JSON cannot carry is logged all the same', () => {
  const err = new Error('in a circle')
  err.cause = err
  stderrLogger.error({ err, size: 1n }, 'Failed')
  expect(written()).toMatchObject({ level: 'error', msg: 'Failed', fields: expect.stringContaining('in a circle') })
})

test('bindings are in every line, and a field of its own wins over them', () => {
  withFields(stderrLogger, { handler: 'work', attempt: 1 }).warn({ attempt: 2 }, 'Again')
  expect(written()).toMatchObject({ handler: 'work', attempt: 2, msg: 'Again' })
})

test('a logger that throws does no harm', () => {
  const fail = (): never => {
    throw new Error('disk full')
  }
  const logger: Logger = guarded({ debug: fail, info: fail, warn: fail, error: fail })
  for (const level of ['debug', 'info', 'warn', 'error'] as const) expect(() => logger[level]({}, 'x')).not.toThrow()
})

test('nobody who reads stderr ends no process', async () => {
  const module = new URL('../../src/core/logger.ts', import.meta.url).href
  const program = `
    import { once } from 'node:events'
    import { stderrLogger } from ${JSON.stringify(module)}
    await once(process.stdin, 'data')
    for (let count = 0; count < 3; count++) {
      stderrLogger.error({ count }, 'Is there somebody?')
      await new Promise((resolve) => setImmediate(resolve))
    }
    console.log('lives')
    process.stdin.destroy()`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'pipe' })
  const ended = once(child, 'exit')
  child.stderr.destroy()
  await once(child.stderr, 'close')
  child.stdin.write('now')
  expect(await text(child.stdout)).toBe('lives\n')
  expect((await ended)[0]).toBe(0)
})
