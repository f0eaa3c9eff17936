import { EventBusError, type Issue } from './errors.ts'
import type { BusEvent, EventInput, ExtensionValue } from './event.ts'
import { invalidEvent, serializeData } from './stamp.ts'

/** Media types of CloudEvents: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
export const structuredType = 'application/cloudevents+json'
export const batchType = 'application/cloudevents-batch+json'
export const jsonType = 'application/json'

/** The attributes whose names differ: CloudEvents allows only lower-case letters and digits. */
const camelCaseNames = ['correlationId', 'causationId', 'dataVersion']

/** The attributes of an event by their names on the wire. */
export function toAttributes(event: BusEvent): Record<string, ExtensionValue> {
  const { id, source, type, time, subject, correlationId, causationId, dataVersion, extensions } = event
  const attributes: Record<string, ExtensionValue> = { id, source, type, time }
  if (subject !== undefined) attributes.subject = subject
  if (correlationId !== undefined) attributes.correlationid = correlationId
  if (causationId !== undefined) attributes.causationid = causationId
  if (dataVersion !== undefined) attributes.dataversion = dataVersion
  return extensions === undefined ? attributes : { ...attributes, ...extensions }
}

/** The event as one CloudEvents 1.0 JSON object, so that any language can read it. */
export function toJson(event: BusEvent, dataJson: string | undefined = serializeData(event)): string {
  const { id, source, type, time, subject, correlationId, causationId, dataVersion, extensions } = event
  // Written by hand: every event goes this way, and an object made for it costs more than the rest.
  let json = `{"specversion":"1.0","id":${quote(id)},"source":${quote(source)},"type":${quote(type)},"time":${quote(time)}`
  if (subject !== undefined) json += `,"subject":${quote(subject)}`
  if (correlationId !== undefined) json += `,"correlationid":${quote(correlationId)}`
  if (causationId !== undefined) json += `,"causationid":${quote(causationId)}`
  if (dataVersion !== undefined) json += `,"dataversion":${quote(dataVersion)}`
  for (const name in extensions) json += `,"${name}":${quote(extensions[name])}`
  json += ',"datacontenttype":"application/json"'
  // The data is JSON already.
  return dataJson === undefined ? `${json}}` : `${json},"data":${dataJson}}`
}

/** Printable ASCII without quotation mark and backslash: JSON writes it as it is. */
const plain = /^[ !#-[\]-~]*$/

function quote(value: ExtensionValue | undefined): string {
  return typeof value === 'string' && plain.test(value) ? `"${value}"` : JSON.stringify(value)
}

/**
 * What to publish for a CloudEvents JSON object. `type` is enough: publishing stamps the attributes that are left out.
 * Throws `EVENT_INVALID`; the values of attributes are checked by `publish`.
 */
export function fromJson(envelope: unknown): EventInput {
  if (typeof envelope !== 'object' || envelope === null || Array.isArray(envelope)) {
    const issues = [{ path: [], message: 'must be a JSON object' }]
    throw new EventBusError('EVENT_INVALID', 'The event must be a JSON object, {"type": ..., "data": ...}', { issues })
  }
  const { data, ...attributes } = envelope as Record<string, unknown>
  return fromAttributes(attributes, data)
}

/** The same, where the attributes came apart from the data. */
export function fromAttributes(attributes: Readonly<Record<string, unknown>>, data: unknown): EventInput {
  // The JSON format allows null for an attribute that is not set.
  const given = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null))
  const issues = findIssues(given)
  if (issues.length > 0) throw invalidEvent(typeof given.type === 'string' ? given.type : '', issues)
  const { specversion: _version, datacontenttype: _type, ...named } = given
  const { id, source, type, time, subject, correlationid, causationid, dataversion, ...extensions } = named
  return {
    ...({ id, source, type, time, subject } as EventInput),
    ...({ correlationId: correlationid, causationId: causationid, dataVersion: dataversion } as Partial<EventInput>),
    data,
    ...(Object.keys(extensions).length > 0 && { extensions: extensions as Record<string, ExtensionValue> }),
  }
}

/** Faults that are about the form; everything else about an event is `publish`'s to judge. */
function findIssues(attributes: Record<string, unknown>): Issue[] {
  const issues: Issue[] = []
  const { type, specversion = '1.0', datacontenttype = jsonType } = attributes
  if (type === undefined) issues.push({ path: ['type'], message: 'is missing' })
  if (!String(specversion).startsWith('1.')) issues.push({ path: ['specversion'], message: 'must be 1.0' })
  if (!isJsonType(String(datacontenttype))) issues.push({ path: ['datacontenttype'], message: 'must be JSON' })
  if ('data_base64' in attributes)
    issues.push({ path: ['data_base64'], message: 'is binary; only JSON data is carried' })
  for (const name of camelCaseNames.filter((one) => one in attributes)) {
    issues.push({ path: [name], message: `is called '${name.toLowerCase()}' in CloudEvents` })
  }
  return issues
}

/** Whether a media type says JSON: `application/json`, `text/json` or any `+json`, with or without parameters. */
export function isJsonType(mediaType: string): boolean {
  return /^[^;]*[/+]json\s*(;|$)/i.test(mediaType)
}
