import { EventBusError } from '../../../src/core/errors.ts'
import type { Outcome } from '../../../src/core/transport.ts'
import {
  acknowledged,
  delivering,
  never,
  receiving,
  released,
  type Sabotage,
  type Saboteur,
  sessions,
  withParts,
  sendingLate,
} from './sabotage.ts'

export const brokenClosing: readonly Saboteur[] = [
  {
    breaks: '`close` waits for the handlers that run, and what they finish does not come again',
    how: 'gives back what handlers finish while it closes',
    complaint: /^events that came again/,
    make: () => whilePausing((outcome) => (outcome.kind === 'ack' ? released : outcome)),
  },
  {
    breaks: '`close` ends at its time limit, says what it left undone, and tells the handlers',
    how: 'waits for handlers for ever',
    complaint: /^close: not within/,
    make: () => sessions(() => ({ close: () => never })),
  },
  {
    breaks: 'an event whose handler was cut off by `close` comes again, marked as redelivered',
    how: 'acknowledges on arrival',
    complaint: /^events that arrive: expected 1, got 0/,
    make: () =>
      receiving((receive) => async (delivery) => {
        void receive(delivery)
        return acknowledged
      }),
  },
  {
    breaks: 'an event whose handler was cut off by `close` comes again, marked as redelivered',
    how: 'forgets what it has handed out before',
    complaint: /^redelivered: expected true/,
    make: () => delivering(() => ({ redelivered: false })),
  },
  {
    breaks: '`close` sends what was published before, and can be repeated',
    how: 'drops what is not sent yet',
    complaint: /^events that arrive: expected 200, got 0/,
    make: () => sendingLate(false),
  },
  {
    breaks: 'a closed bus takes no event and no call; what its instance misses waits',
    how: 'goes on consuming',
    complaint: /^ready of the subscription/,
    make: () => sessions(() => ({ pause: async () => {}, close: async () => ({ unconfirmedEvents: 0 }) })),
  },
  {
    breaks: 'handlers may publish while their bus closes',
    how: 'takes no event once it takes no deliveries',
    complaint: /^events that arrive: expected 1, got 0/,
    make: () =>
      sessions((session) => {
        let isPaused = false
        return {
          pause: () => {
            isPaused = true
            return session.pause()
          },
          publish: async (request) => {
            if (isPaused) throw new EventBusError('BUS_CLOSED', 'too late')
            return session.publish(request)
          },
        }
      }),
  },
  {
    breaks: 'unsubscribing and closing at the same time both come to an end',
    how: 'forgets who waits for a consumer to end',
    complaint: /^unsubscribe: not within/,
    make: () =>
      sessions((session) => {
        let isPaused = false
        return {
          pause: () => {
            isPaused = true
            return session.pause()
          },
          consume: (point, receive) => {
            const intake = session.consume(point, receive)
            return withParts(intake, { stop: () => intake.stop().then(() => (isPaused ? never : undefined)) })
          },
        }
      }),
  },
]

/** Settles otherwise than the bus says from when it takes no more deliveries. */
function whilePausing(change: (outcome: Outcome) => Outcome): Sabotage {
  return sessions((session) => {
    let isPaused = false
    return {
      pause: () => {
        isPaused = true
        return session.pause()
      },
      consume: (point, receive) =>
        session.consume(point, async (delivery) => {
          const outcome = await receive(delivery)
          return isPaused ? change(outcome) : outcome
        }),
    }
  })
}
