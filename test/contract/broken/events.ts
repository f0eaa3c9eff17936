import { randomUUID } from 'node:crypto'
import type { BusEvent } from '../../../src/core/event.ts'
import { delivering, publishing, receiving, type Sabotage, type Saboteur, sessions } from './sabotage.ts'

export const brokenEvents: readonly Saboteur[] = [
  {
    breaks: 'every attribute of an event arrives as it was published',
    how: 'leaves the extensions out',
    complaint: /^event: expected/,
    make: () =>
      delivering(({ event: { extensions: _gone, ...event } }) => ({
        event,
      })),
  },
  {
    breaks: 'an event is stamped with an id, a time and the source of its bus',
    how: 'names itself as the source',
    complaint: /^source/,
    make: () => delivering(({ event }) => ({ event: { ...event, source: 'transport' } })),
  },
  {
    breaks: "an event's own id, time and source are kept",
    how: 'gives events ids of its own',
    complaint: /^own attributes/,
    make: () => delivering(({ event }) => ({ event: { ...event, id: randomUUID() } })),
  },
  {
    breaks: 'data arrives as JSON has it, in the process that published it, too',
    how: 'hands out the published object',
    complaint: /^data: expected/,
    make: () => withPublishedData((data) => data),
  },
  {
    breaks: 'changing the published object after `publish` was called changes nothing',
    how: 'makes its JSON too late',
    complaint: /^data: expected/,
    make: () => withPublishedData((data) => structuredClone(data)),
  },
  {
    breaks: 'no handler can change an event for another one',
    how: 'hands out live objects',
    complaint: /^data: expected/,
    make: () => withPublishedData(liveObject),
  },
  {
    breaks: 'an event of 1 MiB arrives intact',
    how: 'cuts long data',
    complaint: /^length: expected 1048576/,
    make: () => publishing((send) => (request) => send({ ...request, dataJson: cut(request.dataJson) })),
  },
  {
    breaks: 'types, attributes and data can hold any character',
    how: 'knows Latin-1 only',
    complaint: /^event: expected/,
    make: () =>
      publishing(
        (send) => (request) => send({ ...request, dataJson: Buffer.from(request.dataJson ?? '').toString('latin1') }),
      ),
  },
  {
    breaks: 'an event that is tried again, or was scheduled, is the same as ever',
    how: 'hands a retry out under an id of its own',
    complaint: /^event: expected/,
    make: () => delivering(({ event, attempts }) => (attempts > 0 ? { event: { ...event, id: randomUUID() } } : {})),
  },
  {
    breaks: 'an event that is tried again, or was scheduled, is the same as ever',
    how: 'stamps a scheduled event anew',
    complaint: /^event: expected/,
    make: () =>
      publishing((send) => ({ event, ...rest }) => {
        const time = rest.options.afterMs > 0 ? new Date().toISOString() : event.time
        return send({ ...rest, event: { ...event, time } })
      }),
  },
  {
    breaks: 'data can be any JSON value, or missing',
    how: 'takes false, 0 and empty text for nothing',
    complaint: /^data: expected/,
    make: () => delivering(({ event }) => ({ event: { ...event, data: event.data || undefined } })),
  },
]

export const brokenContext: readonly Saboteur[] = [
  {
    breaks: 'what a handler publishes carries the correlation and the cause of its event',
    how: 'loses correlation and cause on the way',
    complaint: /^causes and correlations/,
    make: () => delivering(({ event: { correlationId: _one, causationId: _other, ...event } }) => ({ event })),
  },
  {
    breaks: 'the context tells when the event came, and that it comes for the first time',
    how: 'marks every delivery as redelivered',
    complaint: /^attempt and redelivered/,
    make: () => delivering(() => ({ redelivered: true })),
  },
  {
    breaks: 'the context tells when the event came, and that it comes for the first time',
    how: 'does not know what time it is',
    complaint: /^whether it came in the meantime/,
    make: () => delivering(() => ({ receivedAt: new Date(0) })),
  },
  {
    breaks: 'a handler works on ten events at a time, and on no more',
    how: 'hands out one event at a time',
    complaint: /^events that arrive: expected 10, got 1/,
    make: () =>
      receiving((receive) => {
        let last: Promise<unknown> = Promise.resolve()
        return (delivery) => {
          const settled = last.then(() => receive(delivery))
          last = settled
          return settled
        }
      }),
  },
]

/** Hands out what `share` makes, at the time of delivery, of the data that the publisher has. */
function withPublishedData(share: (data: unknown) => unknown): Sabotage {
  const published = new Map<string, unknown>()
  return sessions((session) => ({
    publish: (request) => {
      published.set(request.event.id, request.event.data)
      return session.publish(request)
    },
    consume: (point, receive) =>
      session.consume(point, (delivery) => {
        const event: BusEvent = { ...delivery.event, data: share(published.get(delivery.event.id)) }
        return receive({ ...delivery, event })
      }),
  }))
}

/** Freezing it freezes a copy: what it shows the second time it is asked can be changed. */
function liveObject(data: unknown): unknown {
  const { state, lines } = structuredClone(data) as { state: string; lines: unknown[] }
  let isFrozen = false
  return {
    state,
    get lines() {
      const shown = isFrozen ? lines : structuredClone(lines)
      isFrozen = true
      return shown
    },
  }
}

function cut(dataJson: string | undefined): string | undefined {
  if (dataJson === undefined || dataJson.length < 65_536) return dataJson
  return JSON.stringify({ text: (JSON.parse(dataJson) as { text: string }).text.slice(0, 65_536) })
}
