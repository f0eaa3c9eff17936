import { expect, test } from 'vitest'
import { Listeners } from '../../src/core/listeners.ts'
import type { Logger } from '../../src/core/logger.ts'

interface Signatures {
  status: (status: string) => void
  gap: (gap: number) => void
}

function makeListeners(): { listeners: Listeners<Signatures>; errors: string[] } {
  const errors: string[] = []
  const ignore = (): void => {}
  const logger: Logger = { debug: ignore, info: ignore, warn: ignore, error: (_, message) => void errors.push(message) }
  return { listeners: new Listeners<Signatures>(['status', 'gap'], logger), errors }
}

test('calls those of a name, until they are ended', () => {
  const { listeners } = makeListeners()
  const heard: string[] = []
  const end = listeners.add('status', (status) => void heard.push(status))
  listeners.call('status', 'open')
  listeners.call('gap', 1)
  end()
  listeners.call('status', 'closed')
  expect(heard).toEqual(['open'])
})

test('one that throws is logged and hurts nobody else', () => {
  const { listeners, errors } = makeListeners()
  const heard: number[] = []
  listeners.add('gap', () => {
    throw new Error('thrown')
  })
  listeners.add('gap', (gap) => void heard.push(gap))
  listeners.call('gap', 1)
  expect(heard).toEqual([1])
  expect(errors).toEqual(["A listener for 'gap' threw"])
})

test.each([
  ['a name that is never called', 'close', () => {}, "on: 'close' is never called; allowed: status, gap"],
  ['what cannot be called', 'gap', 'no function', "on: the listener for 'gap' is string; allowed: a function"],
])('refuses %s', (_, name, listener, message) => {
  const { listeners } = makeListeners()
  expect(() => listeners.add(name as 'gap', listener as () => void)).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID', message }),
  )
})
