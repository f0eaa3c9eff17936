import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineCatalog, defineEvent, type } from '../../src/catalog/index.ts'

const schema = z.object({ appId: z.string(), note: z.string().optional() })
const appInstalled = defineEvent('app.installed', schema, { subject: 'appId' })
const appRemoved = defineEvent('app.removed', type<{ appId: string }>())

describe('defineEvent', () => {
  test('makes the input of publish, with the subject from the data', () => {
    expect(appInstalled({ appId: '1' })).toEqual({ type: 'app.installed', data: { appId: '1' }, subject: '1' })
  })

  test('knows its type and its schema', () => {
    expect(appInstalled.type).toBe('app.installed')
    expect(appInstalled.schema).toBe(schema)
  })

  test('takes attributes, and the subject among them comes first', () => {
    const input = appInstalled({ appId: '1' }, { subject: '2', id: 'i', correlationId: 'c' })
    expect(input).toEqual({ type: 'app.installed', data: { appId: '1' }, subject: '2', id: 'i', correlationId: 'c' })
  })

  test('takes neither the type nor the data from the attributes', () => {
    const stowaway = { id: '1', type: 'app.other', data: 'other' }
    expect(appInstalled({ appId: '1' }, stowaway)).toMatchObject({ type: 'app.installed', data: { appId: '1' } })
  })

  test.each([undefined, null, 'text', {}, { appId: 7 }, { appId: '' }])(
    'makes an input of the wrong data %j too: publish says what is wrong',
    (data) => {
      expect(appInstalled(data as never)).toEqual({ type: 'app.installed', data })
    },
  )

  test('sets no subject where none is named', () => {
    expect(appRemoved({ appId: '1' }).subject).toBeUndefined()
  })

  test('cannot be changed', () => {
    expect(() => Object.assign(appInstalled, { type: 'app.other' })).toThrow(TypeError)
  })

  test.each(['app.*', '', 'app..x'])('refuses the type %j', (wrong) => {
    expect(() => defineEvent(wrong, type<string>())).toThrow(expect.objectContaining({ code: 'EVENT_TYPE_INVALID' }))
  })

  test.each([undefined, null, {}, z, { '~standard': {} }, { '~standard': { version: 2, validate() {} } }])(
    'refuses what is no schema (%#)',
    (wrong) => {
      const problem = {
        code: 'OPTION_INVALID',
        message: expect.stringContaining("defineEvent('a'): 'schema' is no Standard Schema"),
      }
      expect(() => defineEvent('a', wrong as never)).toThrow(expect.objectContaining(problem))
    },
  )

  test('takes a schema that is a function, as arktype makes them', () => {
    const callable = Object.assign(() => {}, type<string>())
    expect(defineEvent('a', callable)('x')).toEqual({ type: 'a', data: 'x' })
  })

  test('refuses an option that it does not know', () => {
    const problem = { code: 'OPTION_INVALID', message: expect.stringContaining("'subjekt' is not an option") }
    expect(() => defineEvent('a', type<string>(), { subjekt: 'x' } as never)).toThrow(expect.objectContaining(problem))
  })
})

describe('defineCatalog', () => {
  test('is strict unless told otherwise', () => {
    expect(defineCatalog([appInstalled]).strict).toBe(true)
    expect(defineCatalog([appInstalled], { strict: false }).strict).toBe(false)
  })

  test('refuses a type that is defined twice, and names it', () => {
    const problem = {
      code: 'OPTION_INVALID',
      message: "defineCatalog: the event type 'app.installed' is defined twice",
    }
    const again = defineEvent('app.installed', type<number>())
    expect(() => defineCatalog([appInstalled, appRemoved, again])).toThrow(expect.objectContaining(problem))
  })

  test('can be part of a larger one', () => {
    const small = defineCatalog([appInstalled])
    expect(defineCatalog([...small.events, appRemoved]).events).toEqual([appInstalled, appRemoved])
  })

  test('does not change with the array it was made of', () => {
    const events = [appInstalled]
    const catalog = defineCatalog(events)
    events.pop()
    expect(catalog.events).toEqual([appInstalled])
  })
})
