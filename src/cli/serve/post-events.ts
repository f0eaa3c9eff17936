import type { IncomingMessage, ServerResponse } from 'node:http'
import { fromJson } from '../../core/cloud-events.ts'
import type { BusEvent, EventInput } from '../../core/event.ts'
import { type Fault, isFaultOfEvent } from '../failure.ts'
import { eventsOf, splitLines } from '../lines.ts'
import { type Item, publishEach, type Result } from '../publish-each.ts'
import { answerJson } from './answer.ts'
import { chunksOf, readBody } from './body.ts'
import { bodyFormOf, readBinaryBody, readJsonBody } from './event-request.ts'
import { HttpError, retryAfter, statusOf } from './http-error.ts'
import type { Service } from './service.ts'

const maxArrayLength = 10_000
const maxListedFailures = 1_000

/** Publishes what the request holds and answers when the transport has confirmed it. */
export async function postEvents(request: IncomingMessage, response: ServerResponse, service: Service): Promise<void> {
  const form = bodyFormOf(request.headers)
  if (form === 'ndjson') return postLines(request, response, service)
  const body = await readBody(request, service.maxBodyBytes)
  if (form === 'binary') return postOne(readBinaryBody(request.headers, body), response, service)
  const posted = readJsonBody(body)
  if ('event' in posted) return postOne(posted.event, response, service)
  return postArray(posted.events, response, service)
}

async function postOne(event: EventInput, response: ServerResponse, service: Service): Promise<void> {
  const { id, type, source, time } = await publish(event, service)
  answerJson(response, 201, { id, type, source, time })
}

/** The answer says of each event what became of it. */
async function postArray(events: readonly unknown[], response: ServerResponse, service: Service): Promise<void> {
  if (events.length > maxArrayLength) {
    throw new HttpError(413, 'EVENT_TOO_LARGE', `The array has more than ${maxArrayLength} events; send NDJSON`)
  }
  const items = events.map((value, index) => ({ number: index, bytes: 0, read: () => fromJson(value) }))
  const results: object[] = []
  const tally = await publishAll(items, service, (result) => {
    results[result.item.number] = { index: result.item.number, ...plain(result) }
  })
  for (const { number } of items) results[number] ??= { index: number, ...notSent(tally.ending) }
  answerTally(response, { ...tally, failed: items.length - tally.published }, { results })
}

/** The events are published as they arrive; the answer lists the lines that were not. */
async function postLines(request: IncomingMessage, response: ServerResponse, service: Service): Promise<void> {
  const failures: object[] = []
  const tally = await publishAll(eventsOf(splitLines(chunksOf(request), service.maxBodyBytes)), service, (result) => {
    if ('fault' in result && failures.length < maxListedFailures) {
      failures.push({ line: result.item.number, ...plain(result) })
    }
  })
  answerTally(response, tally, { failures, ...(tally.failed > failures.length && { failuresListed: failures.length }) })
}

interface Tally {
  published: number
  failed: number
  /** The first fault. */
  fault?: Fault
  /** The fault that ended the whole: the broker's, not an event's. */
  ending?: Fault
}

async function publishAll(
  items: AsyncIterable<Item> | Iterable<Item>,
  service: Service,
  onResult: (result: Result) => void,
): Promise<Tally> {
  const tally: Tally = { published: 0, failed: 0 }
  await publishEach(items, {
    publish: (event) => publish(event, service),
    endsWith: (fault) => !isFaultOfEvent(fault),
    onResult: (result) => {
      count(tally, result)
      onResult(result)
    },
  })
  return tally
}

function count(tally: Tally, result: Result): void {
  if (!('fault' in result)) {
    tally.published++
    return
  }
  tally.failed++
  tally.fault ??= result.fault
  if (!isFaultOfEvent(result.fault)) tally.ending ??= result.fault
}

function publish(event: EventInput, { bus, publishTimeoutMs }: Service): Promise<BusEvent> {
  return bus.publish(event, { timeoutMs: publishTimeoutMs })
}

function plain(result: Result): object {
  return 'fault' in result ? result.fault : { id: result.id }
}

function notSent(ending: Fault | undefined): Fault {
  return { code: ending?.code ?? 'UNEXPECTED', message: 'Not sent: publishing had failed for another event before' }
}

function answerTally(response: ServerResponse, tally: Tally, details: object): void {
  const { published, failed, fault, ending } = tally
  if (!fault) return answerJson(response, 200, { published, failed, ...details })
  const status = ending ? statusOf(ending) : 400
  for (const [name, value] of Object.entries(retryAfter(status))) response.setHeader(name, value ?? '')
  const { code, message } = ending ?? fault
  answerJson(response, status, { code, message, published, failed, ...details })
}
