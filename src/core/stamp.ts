import { EventBusError, type Issue } from './errors.ts'
import type { BusEvent, EventDraft, EventInput, ExtensionValue } from './event.ts'
import { newEventId } from './event-id.ts'
import { assertEventType } from './pattern.ts'
import { presentTime } from './present.ts'

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i
/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#naming-conventions */
const extensionName = /^[a-z0-9]{1,20}$/
/** Ids travel in AMQP short strings, too. */
const maxIdBytes = 255

/** `EVENT_INVALID` for what is no object at all. */
export function assertInput(input: unknown): asserts input is EventInput {
  if (typeof input === 'object' && input !== null) return
  throw invalidEvent('', [
    issue([], `must be an object with 'type' and 'data', not ${input === null ? 'null' : typeof input}`),
  ])
}

/** Makes the event that will travel: checks what the publisher gave and fills in what it left out. */
export function stamp(input: EventInput, source: string, cause: BusEvent | undefined): BusEvent {
  assertEventType(input.type)
  const issues = findIssues(input)
  if (issues.length > 0) throw invalidEvent(input.type, issues)
  const event: EventDraft = {
    id: input.id ?? newEventId(),
    type: input.type,
    source: input.source ?? source,
    time: input.time ?? presentTime(),
    data: input.data,
  }
  const correlationId = input.correlationId ?? cause?.correlationId ?? cause?.id
  const causationId = input.causationId ?? cause?.id
  if (input.subject !== undefined) event.subject = input.subject
  if (correlationId !== undefined) event.correlationId = correlationId
  if (causationId !== undefined) event.causationId = causationId
  if (input.dataVersion !== undefined) event.dataVersion = input.dataVersion
  if (input.extensions !== undefined) event.extensions = Object.freeze({ ...input.extensions })
  return Object.freeze(event)
}

/**
 * Makes a whole event of what `publish` takes, without publishing it: for `append` of an event store, and for publishing
 * later under the same id. Throws `EVENT_TYPE_INVALID`, `EVENT_INVALID`.
 */
export function stampEvent<T extends string, D>(input: EventInput<T, D>, source: string): BusEvent<T, D> {
  assertInput(input)
  return stamp(input, source, undefined) as BusEvent<T, D>
}

/** The same checks for an event that must be complete: `EVENT_TYPE_INVALID`, `EVENT_INVALID`. */
export function assertStamped(event: EventInput): asserts event is BusEvent {
  assertEventType(event.type)
  const issues = stampedNames.filter((name) => event[name] === undefined).map((name) => issue([name], 'is missing'))
  issues.push(...findIssues(event))
  if (issues.length > 0) throw invalidEvent(event.type, issues)
}

const stampedNames = ['id', 'source', 'time'] as const

/** The data as JSON, `undefined` where there is none; `EVENT_NOT_SERIALIZABLE` for what JSON cannot carry. */
export function serializeData({ type, data }: EventInput): string | undefined {
  if (data === undefined) return undefined
  let json: string | undefined
  try {
    json = JSON.stringify(data)
  } catch (cause) {
    throw notSerializable(type, (cause as Error).message.split('\n', 1)[0] ?? '', cause)
  }
  if (json === undefined) throw notSerializable(type, `the data is a ${typeof data}`)
  return json
}

function notSerializable(type: string, why: string, cause?: unknown): EventBusError {
  const message = `The data of event '${type}' cannot be carried by JSON (${why}). Publish plain objects, arrays, strings, numbers, booleans, null.`
  return new EventBusError('EVENT_NOT_SERIALIZABLE', message, { cause })
}

export function invalidEvent(type: string, issues: readonly Issue[]): EventBusError {
  const list = issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; ')
  return new EventBusError('EVENT_INVALID', `Event '${type}' is invalid: ${list}`, { issues })
}

function findIssues(input: EventInput): Issue[] {
  const issues: Issue[] = []
  checkId('id', input.id, issues)
  checkId('correlationId', input.correlationId, issues)
  checkId('causationId', input.causationId, issues)
  checkId('source', input.source, issues)
  checkText('subject', input.subject, issues)
  checkText('dataVersion', input.dataVersion, issues)
  if (input.time !== undefined && !isTime(input.time)) issues.push(issue(['time'], 'must be an RFC 3339 time'))
  if (input.extensions !== undefined) checkExtensions(input.extensions, issues)
  return issues
}

function checkId(name: string, value: unknown, issues: Issue[]): void {
  if (value === undefined) return
  if (typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= maxIdBytes) return
  issues.push(issue([name], `must be a string of 1 to ${maxIdBytes} bytes`))
}

function checkText(name: string, value: unknown, issues: Issue[]): void {
  if (value !== undefined && (typeof value !== 'string' || value === '')) {
    issues.push(issue([name], 'must be a string that is not empty'))
  }
}

function isTime(value: unknown): boolean {
  return parseTime(value) !== undefined
}

/** An RFC 3339 time in milliseconds since 1970; `undefined` for anything else. */
export function parseTime(value: unknown): number | undefined {
  if (typeof value !== 'string' || !rfc3339.test(value)) return undefined
  const timeMs = Date.parse(value)
  return Number.isNaN(timeMs) ? undefined : timeMs
}

function checkExtensions(extensions: Readonly<Record<string, ExtensionValue>>, issues: Issue[]): void {
  for (const [name, value] of Object.entries(extensions)) {
    if (!extensionName.test(name)) {
      issues.push(issue(['extensions', name], 'the name must be 1 to 20 lower-case letters or digits'))
    } else if (reservedNames.has(name)) {
      issues.push(issue(['extensions', name], 'is an attribute of its own'))
    } else if (!isExtensionValue(value)) {
      issues.push(issue(['extensions', name], 'must be a string, a finite number or a boolean'))
    }
  }
}

/** Whether an extension attribute can be called so. */
export function isExtensionName(name: string): boolean {
  return extensionName.test(name) && !reservedNames.has(name)
}

/** JSON has no NaN and no infinity. */
function isExtensionValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
}

/** What CloudEvents names itself, and what the bus's own attributes are called on the wire. */
export const reservedNames: ReadonlySet<string> = new Set(
  'specversion id source type time subject datacontenttype data data_base64 correlationid causationid dataversion'.split(
    ' ',
  ),
)

function issue(path: readonly string[], message: string): Issue {
  return { path, message }
}
