import type { IncomingMessage, ServerResponse } from 'node:http'
import { type HistoryFilter, positionFilters, textFilters, toPath, toReadQuery } from '../history/filter.ts'
import { type Recorded, toRecorded } from '../history/recorded.ts'
import { answerJson } from './answer.ts'
import { HttpError } from './http-error.ts'
import type { Service } from './service.ts'

const defaultLimit = 100
const maxLimit = 1_000
/** A page of large events ends earlier, but never without an event. */
const maxPageBytes = 8 * 1024 * 1024

const names = ['pattern', ...textFilters, ...positionFilters, 'direction', 'limit']

/** Answers a page of what is recorded, and where the next one is. */
export async function getHistory(request: IncomingMessage, response: ServerResponse, service: Service): Promise<void> {
  const { store } = service
  if (!store) throw new HttpError(404, 'STORE_MISSING', 'This server keeps no history; start it with --store FILE')
  const parameters = readParameters(request.url ?? '')
  const filter = readFilter(parameters)
  const limit = readNumber(parameters, 'limit', 1, maxLimit) ?? defaultLimit
  const { events, hasMore } = await readPage(store, filter, limit)
  const next = hasMore ? toPath(filterBehind(filter, events), limit) : undefined
  if (next !== undefined) response.setHeader('Link', `<${next}>; rel="next"`)
  answerJson(response, 200, { events, ...(next !== undefined && { next }) })
}

/** Reads one more than wanted, to know whether there is more. */
async function readPage(
  store: NonNullable<Service['store']>,
  filter: HistoryFilter,
  limit: number,
): Promise<{ events: Recorded[]; hasMore: boolean }> {
  const events: Recorded[] = []
  let bytes = 0
  for await (const stored of store.read(toReadQuery(filter, limit + 1))) {
    if (events.length === limit || bytes > maxPageBytes) return { events, hasMore: true }
    const recorded = toRecorded(stored)
    bytes += JSON.stringify(recorded).length
    events.push(recorded)
  }
  return { events, hasMore: false }
}

function filterBehind(filter: HistoryFilter, events: readonly Recorded[]): HistoryFilter {
  const last = events.at(-1)?.position
  return filter.direction === 'forward' ? { ...filter, after: last } : { ...filter, before: last }
}

/** A misspelt parameter would show everything instead of little: it is refused, and so is one that is given twice. */
function readParameters(url: string): URLSearchParams {
  const parameters = new URL(url, 'http://localhost').searchParams
  for (const name of new Set(parameters.keys())) {
    if (!names.includes(name)) throw refuse(`Unknown parameter '${name}'; allowed: ${names.join(', ')}`)
    const values = parameters.getAll(name)
    if (name !== 'pattern' && values.length > 1) throw refuse(`The parameter '${name}' is given more than once`)
    if (values.includes('')) throw refuse(`The parameter '${name}' is empty`)
  }
  return parameters
}

function readFilter(parameters: URLSearchParams): HistoryFilter {
  const direction = parameters.get('direction') ?? 'forward'
  if (direction !== 'forward' && direction !== 'backward') throw refuse("'direction' must be forward or backward")
  const texts = textFilters.map((name) => [name, parameters.get(name) ?? undefined])
  const positions = positionFilters.map((name) => [name, readNumber(parameters, name, 0, Number.MAX_SAFE_INTEGER)])
  const patterns = parameters.has('pattern') ? parameters.getAll('pattern') : ['#']
  return {
    patterns,
    direction,
    ...(Object.fromEntries([...texts, ...positions]) as Omit<HistoryFilter, 'patterns' | 'direction'>),
  }
}

function readNumber(parameters: URLSearchParams, name: string, min: number, max: number): number | undefined {
  const text = parameters.get(name)
  if (text === null) return undefined
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw refuse(`'${name}' must be a whole number from ${min} to ${max}`)
}

function refuse(message: string): HttpError {
  return new HttpError(400, 'OPTION_INVALID', message)
}
