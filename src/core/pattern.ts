import { EventBusError, type EventBusErrorCode } from './errors.ts'

/** AMQP 0-9-1 carries routing and binding keys as short strings. */
const maxBytes = 255
const maxShown = 80
/** An application has few event types, and publishes each of them many times. */
const maxKnownTypes = 1_000
const knownTypes = new Set<string>()

/**
 * An event type is 1 to 255 bytes of UTF-8: words separated by dots, e.g. `app.settings.updated`. Words are not empty
 * and may hold any character except `*` and `#`: those belong to patterns, and a type that holds them is a mistake.
 * Case matters. Throws `EVENT_TYPE_INVALID`.
 */
export function assertEventType(type: unknown): asserts type is string {
  if (knownTypes.has(type as string)) return
  const fault = keyFault(type) ?? eventTypeFault(type as string)
  if (fault !== undefined) throw refuse('EVENT_TYPE_INVALID', 'Event type', type, fault)
  if (knownTypes.size < maxKnownTypes) knownTypes.add(type as string)
}

/**
 * A pattern is what an AMQP topic exchange takes as a binding key: 1 to 255 bytes of UTF-8, words separated by dots.
 * The word `*` stands for exactly one word, `#` for zero or more, anywhere in the pattern. Within a word they would be
 * plain characters to the broker and match no event type (`app.install*`), so they are refused. Throws `PATTERN_INVALID`.
 */
export function assertPattern(pattern: unknown): asserts pattern is string {
  const fault = keyFault(pattern) ?? patternFault(pattern as string)
  if (fault !== undefined) throw refuse('PATTERN_INVALID', 'Pattern', pattern, fault)
}

function keyFault(key: unknown): string | undefined {
  if (typeof key !== 'string') return 'it must be a string'
  if (key === '') return 'it must not be empty'
  // A lone surrogate has no UTF-8 form: it would arrive as another character.
  if (/\p{Surrogate}/u.test(key)) return 'it holds half of a surrogate pair, which UTF-8 cannot carry'
  const bytes = Buffer.byteLength(key)
  if (bytes > maxBytes) return `it has ${bytes} bytes of UTF-8, more than ${maxBytes}`
  const empty = key.split('.').indexOf('')
  return empty === -1 ? undefined : `word ${empty + 1} is empty: dots separate words and stand at neither end`
}

function eventTypeFault(type: string): string | undefined {
  const wildcard = /[*#]/.exec(type)?.[0]
  return wildcard && `it holds '${wildcard}', which belongs to patterns`
}

function patternFault(pattern: string): string | undefined {
  const word = pattern.split('.').find((one) => one.length > 1 && /[*#]/.test(one))
  return (
    word && `in the word '${word}' a wildcard stands beside other characters: '*' and '#' stand for whole words only`
  )
}

function refuse(code: EventBusErrorCode, what: string, key: unknown, fault: string): EventBusError {
  return new EventBusError(code, `${what} ${show(key)} is invalid: ${fault}`)
}

function show(key: unknown): string {
  if (typeof key !== 'string') return `of type ${key === null ? 'null' : typeof key}`
  return `'${key.length > maxShown ? `${key.slice(0, maxShown)}...` : key}'`
}
