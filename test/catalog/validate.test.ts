import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { defineCatalog, defineEvent, type } from '../../src/catalog/index.ts'
import { createValidator } from '../../src/catalog/validate.ts'
import { EventBusError } from '../../src/core/errors.ts'
import type { EventInput } from '../../src/core/event.ts'

const appInstalled = defineEvent(
  'app.installed',
  z.object({ appId: z.string(), tags: z.array(z.string()).default([]), at: z.date().transform(String).optional() }),
  { subject: 'appId' },
)
const appRemoved = defineEvent(
  'app.removed',
  v.object({ appId: v.string(), deep: v.optional(v.array(v.object({ n: v.number() }))) }),
)
const trusted = defineEvent('settings.updated', type<{ keys: string[] }>())
const catalog = defineCatalog([appInstalled, appRemoved, trusted])
const validate = createValidator(catalog)

function faultOf(run: () => unknown): EventBusError {
  try {
    run()
  } catch (error) {
    if (error instanceof EventBusError) return error
  }
  throw new Error('no EventBusError was thrown')
}

function thrown(error: Error): never {
  throw error
}

describe('data that the schema takes', () => {
  test('is replaced by what the schema makes of it', () => {
    const { data } = validate({ type: 'app.installed', data: { appId: '1', unknown: true } })
    expect(data).toEqual({ appId: '1', tags: [] })
  })

  test('keeps the attributes of its event', () => {
    const input = { type: 'app.installed', data: { appId: '1' }, id: 'i', correlationId: 'c', subject: 's' }
    expect(validate(input)).toEqual({ ...input, data: { appId: '1', tags: [] } })
  })

  test('gives an event without a constructor the same subject as one with', () => {
    expect(validate({ type: 'app.installed', data: { appId: '1' } })).toEqual(validate(appInstalled({ appId: '1' })))
    expect(validate({ type: 'app.installed', data: { appId: '1' } }).subject).toBe('1')
  })

  test('gives no subject to an event whose definition names none', () => {
    expect(validate({ type: 'app.removed', data: { appId: '1' } })).not.toHaveProperty('subject')
  })

  test('leaves the event that was given as it is', () => {
    const input: EventInput = Object.freeze({ type: 'app.installed', data: Object.freeze({ appId: '1' }) })
    validate(input)
    expect(input).toEqual({ type: 'app.installed', data: { appId: '1' } })
  })

  test('goes through unchecked where the schema only carries types', () => {
    expect(validate({ type: 'settings.updated', data: 7 }).data).toBe(7)
  })
})

describe('data that the schema refuses', () => {
  test('is EVENT_INVALID with the path from the event down and a message that names the event (zod)', () => {
    const error = faultOf(() => validate({ type: 'app.installed', data: { appId: 7, tags: ['a', 1] } }))
    expect(error.code).toBe('EVENT_INVALID')
    expect(error.issues?.map(({ path }) => path)).toEqual([
      ['data', 'appId'],
      ['data', 'tags', 1],
    ])
    expect(error.message).toMatch(/^Event 'app.installed' is invalid: data\.appId: .*; data\.tags\.1: /)
  })

  test('has paths of keys where the schema library has objects (valibot)', () => {
    const error = faultOf(() => validate({ type: 'app.removed', data: { appId: '1', deep: [{ n: 1 }, { n: 'x' }] } }))
    expect(error.issues?.map(({ path }) => path)).toEqual([['data', 'deep', 1, 'n']])
  })

  test('may be the whole of it', () => {
    expect(faultOf(() => validate({ type: 'app.removed', data: undefined })).issues?.[0]?.path).toEqual(['data'])
  })
})

describe('a type that the catalog does not have', () => {
  test('is refused with the types that a small catalog has', () => {
    const error = faultOf(() => validate({ type: 'app.instaled', data: {} }))
    expect(error.code).toBe('EVENT_INVALID')
    expect(error.issues?.[0]?.path).toEqual(['type'])
    expect(error.message).toBe(
      "Event 'app.instaled' is invalid: type: is not in the catalog, which has 'app.installed', 'app.removed', 'settings.updated'",
    )
  })

  test('is refused with the nearest types of a large catalog', () => {
    const many = Array.from({ length: 40 }, (_, index) => defineEvent(`family${index}.happened`, type<number>()))
    const inLarge = createValidator(defineCatalog([...many, appInstalled, appRemoved]))
    const { message } = faultOf(() => inLarge({ type: 'app.instaled', data: {} }))
    expect(message).toContain(
      "is not in the catalog; of its 42 types the nearest are 'app.installed', 'app.removed', 'family",
    )
  })

  test('is refused by an empty catalog too', () => {
    const { message } = faultOf(() => createValidator(defineCatalog([]))({ type: 'a', data: 1 }))
    expect(message).toContain('which has no types')
  })

  test('passes a loose catalog as it is', () => {
    const loose = createValidator(defineCatalog([appInstalled], { strict: false }))
    const input = { type: 'other', data: { any: 'thing' } }
    expect(loose(input)).toBe(input)
    expect(faultOf(() => loose({ type: 'app.installed', data: {} })).code).toBe('EVENT_INVALID')
  })

  test.each([undefined, 7, 'app.*', 'x'.repeat(1_000_000)])(
    'is EVENT_TYPE_INVALID where no catalog could have it (%#)',
    (wrong) => {
      expect(faultOf(() => validate({ type: wrong as string, data: {} })).code).toBe('EVENT_TYPE_INVALID')
    },
  )

  test.each(['__proto__', 'constructor', 'toString'])('is %s as well', (name) => {
    expect(faultOf(() => validate({ type: name, data: {} })).code).toBe('EVENT_INVALID')
  })
})

describe('a schema that does not do its part', () => {
  const schema = z.string().refine(async () => true)
  const unhandled = vi.fn()
  beforeAll(() => void process.on('unhandledRejection', unhandled))
  afterAll(() => void process.off('unhandledRejection', unhandled))

  const rejecting: ReturnType<typeof type<string>> = {
    '~standard': { version: 1, vendor: 'test', validate: () => Promise.reject(new Error('late')) },
  }

  test.each([
    ['resolves', schema],
    ['rejects', rejecting],
    ['is one of zod that throws', z.string().transform((): string => thrown(new Error('broken')))],
  ])('an asynchronous one that %s is refused, with the reason and no unhandled rejection', async (_, asynchronous) => {
    const validate = createValidator(defineCatalog([defineEvent('a', asynchronous)]))
    const { code, message } = faultOf(() => validate({ type: 'a', data: 'x' }))
    expect(code).toBe('EVENT_INVALID')
    expect(message).toContain('data: its schema answers with a promise; an asynchronous schema cannot be used')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(unhandled).not.toHaveBeenCalled()
  })

  test('one that throws is EVENT_INVALID with what it threw as the cause', () => {
    const cause = new Error('broken')
    const throwing = v.pipe(
      v.string(),
      v.transform((): string => thrown(cause)),
    )
    const error = faultOf(() => createValidator(defineCatalog([defineEvent('a', throwing)]))({ type: 'a', data: 'x' }))
    expect(error.code).toBe('EVENT_INVALID')
    expect(error.cause).toBe(cause)
    expect(error.message).toContain('data: the schema threw: broken')
  })
})
