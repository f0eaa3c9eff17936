import { expect, test } from 'vitest'
import { number, object, oneOf, optional, text, texts } from '../../src/appserver/schema.ts'

interface Sample {
  readonly id: string
  readonly note?: string
  readonly keys: readonly string[]
  readonly count: number
  readonly kind: 'a' | 'b'
}

const schema = object<Sample>({ id: text, note: optional(text), keys: texts, count: number, kind: oneOf('a', 'b') })
const right: Sample = { id: '1', keys: ['x'], count: 0, kind: 'a' }
const validate = (value: unknown) => schema['~standard'].validate(value)

test.each([right, { ...right, note: 'n' }, { ...right, keys: [] }])('takes %j as it is', (value) => {
  expect(validate(value)).toEqual({ value })
})

test('leaves out what is not declared, and what is undefined', () => {
  const result = validate({ ...right, note: undefined, password: 'secret', __proto__: { inherited: 1 } })
  expect(result).toStrictEqual({ value: right })
})

test('copies, so that a change to the result changes nothing else', () => {
  expect(validate(right)).not.toHaveProperty(
    'value',
    expect.toSatisfy((value) => value === right),
  )
})

test.each([
  ['id', undefined, 'must be a string that is not empty'],
  ['id', '', 'must be a string that is not empty'],
  ['id', 7, 'must be a string that is not empty'],
  ['note', null, 'must be a string that is not empty'],
  ['keys', 'x', 'must be an array of strings that are not empty'],
  ['keys', ['x', 1], 'must be an array of strings that are not empty'],
  ['count', '1', 'must be a finite number'],
  ['count', Number.NaN, 'must be a finite number'],
  ['kind', 'c', "must be one of 'a', 'b'"],
])('refuses %s = %j', (name, value, message) => {
  expect(validate({ ...right, [name]: value })).toEqual({ issues: [{ message, path: [name] }] })
})

test('names everything that is wrong at once, and never a value', () => {
  const result = validate({ id: 1, note: 2, keys: 3, count: 'secret', kind: 'secret' })
  expect(result).toMatchObject({ issues: [{}, {}, {}, {}, {}] })
  expect(JSON.stringify(result)).not.toContain('secret')
})

test.each([undefined, null, 'text', 1, [right]])('refuses %j as a whole', (value) => {
  expect(validate(value)).toEqual({ issues: [{ message: 'must be an object' }] })
})
