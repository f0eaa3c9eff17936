import { describe, expect, test } from 'vitest'
import { OptionReader } from '../../src/core/option-reader.ts'

const secret = 'hunter2-secret'
const range = { default: 5, min: 1, max: 10 }

function reader(options: unknown): OptionReader {
  return new OptionReader('makeThing', options, ['size', 'waitMs', 'on', 'name', 'mode', 'logger'])
}

test('what is left out has its default', () => {
  const read = reader({ size: undefined })
  expect(read.integer('size', range)).toBe(5)
  expect(read.duration('waitMs', range)).toBe(5)
  expect(read.boolean('on', true)).toBe(true)
  expect(read.oneOf('mode', ['fast', 'safe'], 'safe')).toBe('safe')
  expect(read.string('name')).toBeUndefined()
  expect(read.instance('logger', 'a date', isDate)).toBeUndefined()
  expect([read.has('size'), reader({ size: 1 }).has('size')]).toEqual([false, true])
})

test('what is given is read as it is, limits included', () => {
  const logger = new Date()
  const read = reader({ size: 10, waitMs: 1, on: false, name: 'x', mode: 'fast', logger })
  expect(read.integer('size', range)).toBe(10)
  expect(read.duration('waitMs', range)).toBe(1)
  expect(read.boolean('on', true)).toBe(false)
  expect(read.string('name')).toBe('x')
  expect(read.oneOf('mode', ['fast', 'safe'], 'safe')).toBe('fast')
  expect(read.instance('logger', 'a date', isDate)).toBe(logger)
})

describe('a mistake is OPTION_INVALID and names the option, the kind of its value and what is allowed', () => {
  test.for<[string, unknown, (read: OptionReader) => unknown, string]>([
    [
      'a text for a number',
      { size: secret },
      (read) => read.integer('size', range),
      "'size' is a string; allowed: an integer from 1 to 10",
    ],
    [
      'a fraction',
      { size: 1.5 },
      (read) => read.integer('size', range),
      "'size' is a number; allowed: an integer from 1 to 10",
    ],
    [
      'NaN',
      { waitMs: Number.NaN },
      (read) => read.duration('waitMs', range),
      "'waitMs' is a number; allowed: a number from 1 to 10",
    ],
    [
      'too much',
      { size: 11 },
      (read) => read.integer('size', range),
      "'size' is out of range; allowed: an integer from 1 to 10",
    ],
    [
      'too little',
      { waitMs: 0.5 },
      (read) => read.duration('waitMs', range),
      "'waitMs' is out of range; allowed: a number from 1 to 10",
    ],
    [
      'a number for a boolean',
      { on: 1 },
      (read) => read.boolean('on', true),
      "'on' is a number; allowed: true or false",
    ],
    [
      'an empty text',
      { name: '' },
      (read) => read.string('name'),
      "'name' is an empty string; allowed: a string that is not empty",
    ],
    ['null', { name: null }, (read) => read.string('name'), "'name' is null; allowed: a string that is not empty"],
    [
      'an unknown choice',
      { mode: secret },
      (read) => read.oneOf('mode', ['fast', 'safe'], 'safe'),
      "'mode' is a string; allowed: 'fast' or 'safe'",
    ],
    [
      'the wrong object',
      { logger: [secret] },
      (read) => read.instance('logger', 'a date', isDate),
      "'logger' is an array; allowed: a date",
    ],
  ])('%s', ([, options, readOption, message]) => {
    expect(() => readOption(reader(options))).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: `makeThing: ${message}` }),
    )
  })
})

test('an option that does not exist is refused, with those that do', () => {
  expect(() => reader({ sise: secret })).toThrow(
    "makeThing: 'sise' is not an option; allowed: one of size, waitMs, on, name, mode, logger",
  )
})

test('options that are no object are refused', () => {
  for (const options of [null, 'x', 1, []]) expect(() => reader(options)).toThrow(/^makeThing: the options are /)
})

test('no message shows a value', () => {
  const mistakes: ((read: OptionReader) => unknown)[] = [
    (read) => read.integer('size', range),
    (read) => read.boolean('on', true),
    (read) => read.oneOf('mode', ['fast'], 'fast'),
    (read) => read.instance('logger', 'a date', isDate),
  ]
  const read = reader({ size: secret, on: secret, mode: secret, logger: secret })
  for (const mistake of mistakes) expect(messageOf(() => mistake(read))).not.toContain(secret)
})

function isDate(value: unknown): value is Date {
  return value instanceof Date
}

function messageOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}
