import { hostname } from 'node:os'
import { describe, expect, test } from 'vitest'
import {
  assertFunction,
  resolveBusOptions,
  resolveCloseOptions,
  resolvePublishOptions,
  resolveSubscribeOptions,
} from '../../src/core/options.ts'
import type { PublishOptions } from '../../src/core/api.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { memory } from '../../src/memory/index.ts'

const bus = { source: 'shop', transport: memory() }

test('a bus without a name gets one of host and process, and knows that it is generated', () => {
  const { instance, instanceIsGenerated } = resolveBusOptions(bus, undefined)
  expect(instance).toContain(`${hostname()}-${process.pid}`)
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
  expect(resolveSubscribeOptions(undefined)).toMatchObject({
    group: undefined,
    name: undefined,
    concurrency: 10,
    retry: { immediate: 2, maxAttempts: 10 },
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
    expect(() => assertFunction('handler', 'subscribe: the handler')).toThrow(
      'subscribe: the handler is string; allowed: a function',
    )
  })
})

test('a publish has the documented defaults, and refuses what it does not know', () => {
  const defaults = { timeoutMs: 30_000, afterMs: 0, requireRoute: false, signal: undefined }
  expect([resolvePublishOptions(undefined), resolvePublishOptions({})]).toEqual([defaults, defaults])
  expect(() => resolvePublishOptions({ signal: {} as AbortSignal })).toThrow(/'signal' is an object; allowed: an Abort/)
  expect(() => resolvePublishOptions({ requireRoutes: true } as object)).toThrow(/'requireRoutes' is not an option/)
})

describe('a delay', () => {
  const longestMs = 1_000 * 2 ** 25
  const waitOf = (options: PublishOptions): number => resolvePublishOptions(options).afterMs

  test('is in whole seconds, rounded up', () => {
    const pairs = [0, 0.5, 1, 1_000, 1_001, longestMs - 1, longestMs].map((afterMs) => waitOf({ afterMs }))
    expect(pairs).toEqual([0, 1_000, 1_000, 1_000, 2_000, longestMs, longestMs])
  })

  test('lasts until the time that is given, and not at all if that is past', () => {
    expect(waitOf({ deliverAt: new Date(0) })).toBe(0)
    expect(waitOf({ deliverAt: new Date(Date.now() - 1) })).toBe(0)
    expect(waitOf({ deliverAt: new Date(Date.now() + 1_500) })).toBe(2_000)
    expect(waitOf({ deliverAt: new Date(Date.now() + longestMs) })).toBe(longestMs)
  })

  test.for<[string, object, RegExp]>([
    ['below 0', { afterMs: -1 }, /^publish: 'afterMs' is out of range/],
    ['of more than 2^25 s', { afterMs: longestMs + 1 }, /^publish: 'afterMs' is out of range/],
    ['without end', { afterMs: Infinity }, /^publish: 'afterMs' is a number; allowed: a number from 0 to/],
    ['that is text', { afterMs: '1000' }, /^publish: 'afterMs' is a string/],
    [
      'until a time that is text',
      { deliverAt: '2030-01-01' },
      /^publish: 'deliverAt' is a string; allowed: a valid Date/,
    ],
    ['until no time', { deliverAt: new Date(NaN) }, /^publish: 'deliverAt' is an object; allowed: a valid Date/],
    [
      'until too late',
      { deliverAt: new Date(8.64e15) },
      /^publish: 'deliverAt' is too far away; allowed: up to 33554432 s/,
    ],
    ['that is given twice', { afterMs: 1, deliverAt: new Date() }, /^publish: 'deliverAt' is given beside 'afterMs'/],
    ['with a route', { afterMs: 1, requireRoute: true }, /^publish: 'requireRoute' is given beside a delay/],
    [
      'until a time with a route',
      { deliverAt: new Date(Date.now() + 60_000), requireRoute: true },
      /^publish: 'requireRoute' is given/,
    ],
  ])('%s is refused', ([, options, message]) => {
    expect(() => resolvePublishOptions(options)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(message) }),
    )
  })

  test('of nothing goes with a route', () => {
    expect(resolvePublishOptions({ afterMs: 0, requireRoute: true })).toMatchObject({ afterMs: 0, requireRoute: true })
    expect(resolvePublishOptions({ deliverAt: new Date(0), requireRoute: true })).toMatchObject({ afterMs: 0 })
  })
})

test('close takes no time at all, and not less', () => {
  expect([resolveCloseOptions(undefined).timeoutMs, resolveCloseOptions({ timeoutMs: 0 }).timeoutMs]).toEqual([
    10_000, 0,
  ])
  expect(() => resolveCloseOptions({ timeoutMs: -1 })).toThrow(/'timeoutMs' is out of range/)
})
