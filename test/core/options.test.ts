import { hostname } from 'node:os'
import { describe, expect, test } from 'vitest'
import {
  assertHandler,
  resolveBusOptions,
  resolveCloseOptions,
  resolvePublishOptions,
  resolveSubscribeOptions,
} from '../../src/core/options.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { memory } from '../../src/memory/index.ts'

const bus = { source: 'shop', transport: memory() }

test('a bus without a name gets one of host and process, and knows that it is generated', () => {
  const { instance, instanceIsGenerated } = resolveBusOptions(bus, undefined)
  expect(instance).toBe(`${hostname()}-${process.pid}`)
  expect(instanceIsGenerated).toBe(true)
  expect(resolveBusOptions({ ...bus, instance: 'shop-1' }, undefined)).toMatchObject({
    instance: 'shop-1',
    instanceIsGenerated: false,
  })
})

describe('a bus refuses', () => {
  test.for<[string, object, RegExp]>([
    ['no source', { source: undefined }, /'source' is missing or too long/],
    ['an empty source', { source: '' }, /'source' is an empty string/],
    ['a source of more than 255 bytes', { source: 'ö'.repeat(128) }, /'source' is missing or too long/],
    ['a colon in the instance', { instance: 'a:b' }, /'instance' has a colon/],
    ['a line break in the instance', { instance: 'a\nb' }, /'instance' has a colon or a control character/],
    ['an instance of more than 100 bytes', { instance: 'ö'.repeat(51) }, /'instance' .* too long/],
    ['half a logger', { logger: { ...silentLogger, warn: undefined } }, /'logger' is an object; allowed: .*methods/],
    ['what is no transport', { transport: {} }, /'transport' is an object/],
    ['an unknown option', { sourse: 'shop' }, /'sourse' is not an option/],
  ])('%s', ([, options, message]) => {
    expect(() => resolveBusOptions({ ...bus, ...options }, undefined)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(message) }),
    )
  })
})

test('a subscription has the documented defaults', () => {
  expect(resolveSubscribeOptions(undefined)).toEqual({
    group: undefined,
    name: undefined,
    concurrency: 10,
    immediateRetries: 2,
    timeoutMs: 300_000,
  })
})

describe('a subscription refuses', () => {
  test.for<[string, object, RegExp]>([
    ['a concurrency of 0', { concurrency: 0 }, /^subscribe: 'concurrency' is out of range/],
    ['retries below 0', { retry: { immediate: -1 } }, /^subscribe: retry: 'immediate' is out of range/],
    ['an unknown retry option', { retry: { times: 1 } }, /^subscribe: retry: 'times' is not an option/],
    ['no time', { timeoutMs: 0 }, /^subscribe: 'timeoutMs' is out of range/],
    ['a colon in the group', { group: 'a:b' }, /^subscribe: 'group' has a colon/],
    ['an empty name', { name: '' }, /^subscribe: 'name' is an empty string/],
  ])('%s', ([, options, message]) => {
    expect(() => resolveSubscribeOptions(options)).toThrow(message)
  })

  test('what is no function', () => {
    expect(() => assertHandler('handler')).toThrow('subscribe: the handler is string; allowed: a function')
  })
})

test('a publish has the documented defaults, and refuses what it does not know', () => {
  const defaults = { timeoutMs: 30_000, requireRoute: false, signal: undefined }
  expect([resolvePublishOptions(undefined), resolvePublishOptions({})]).toEqual([defaults, defaults])
  expect(() => resolvePublishOptions({ signal: {} as AbortSignal })).toThrow(/'signal' is an object; allowed: an Abort/)
  expect(() => resolvePublishOptions({ requireRoutes: true } as object)).toThrow(/'requireRoutes' is not an option/)
})

test('close takes no time at all, and not less', () => {
  expect([resolveCloseOptions(undefined).timeoutMs, resolveCloseOptions({ timeoutMs: 0 }).timeoutMs]).toEqual([
    10_000, 0,
  ])
  expect(() => resolveCloseOptions({ timeoutMs: -1 })).toThrow(/'timeoutMs' is out of range/)
})
