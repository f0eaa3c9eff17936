import type { BusEvent } from '../../../src/core/event.ts'
import { delivering, publishing, type Sabotage, type Saboteur, sessions } from './sabotage.ts'

export const brokenCorrelation: readonly Saboteur[] = [
  {
    breaks: 'cause and correlation go through all that a handler waits for, timers and callbacks included',
    how: 'knows the event in hand until its handler waits for something',
    complaint: /^causes and correlations/,
    make: () => withVariable('until it waits'),
  },
  {
    breaks: 'handlers that run at the same time each cause their own events',
    how: 'takes the event that came last for the one in hand',
    complaint: /^effects of another cause/,
    make: () => withVariable('for ever'),
  },
  {
    breaks: 'each retry causes with the same correlation, at once or delayed',
    how: 'begins another conversation with each delayed retry',
    complaint: /^causes and correlations/,
    make: () =>
      delivering(({ event, attempts }) => (attempts > 1 ? { event: { ...event, correlationId: 'new' } } : {})),
  },
  {
    breaks: 'what a handler schedules carries cause and correlation, too',
    how: 'lets go of the cause of what has to wait',
    complaint: /^causes and correlations/,
    make: () =>
      publishing(
        (send) => (request) => send(request.options.afterMs > 0 ? { ...request, ...causedBy(request) } : request),
      ),
  },
  {
    breaks: 'a chain of handlers has one correlation, and each event names the one before it',
    how: 'loses the correlation on the way',
    complaint: /^cause and correlation of the second/,
    make: () => delivering(({ event: { correlationId: _gone, ...event } }) => ({ event })),
  },
  {
    breaks: 'a cause or a correlation that is given counts more than the event in hand',
    how: 'writes the event in hand over what is given',
    complaint: /^causes and correlations/,
    make: () => withVariable('for ever'),
  },
  {
    breaks: 'what is published outside of handlers has no cause, while they run and afterwards',
    how: 'never forgets the event in hand',
    complaint: /^causes and correlations/,
    make: () => withVariable('for ever'),
  },
]

/** Keeps the event in hand in a variable, of all buses, and makes it the cause of what is published. */
function withVariable(howLong: 'until it waits' | 'for ever'): Sabotage {
  let inHand: BusEvent | undefined
  return sessions((session) => ({
    publish: (request) => session.publish({ ...request, ...causedBy(request, inHand) }),
    consume: (point, receive) =>
      session.consume(point, (delivery) => {
        if (delivery.event.type.startsWith('work.')) inHand = delivery.event
        const outcome = receive(delivery)
        if (howLong === 'until it waits') inHand = undefined
        return outcome
      }),
  }))
}

function causedBy({ event }: { event: BusEvent }, cause?: BusEvent): { event: BusEvent } {
  const { causationId: _one, correlationId: _other, ...rest } = event
  if (!cause) return { event: rest }
  return { event: { ...rest, causationId: cause.id, correlationId: cause.correlationId ?? cause.id } }
}
