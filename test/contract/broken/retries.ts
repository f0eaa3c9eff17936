import type { Delivery, Outcome, Receive, RetryCopy } from '../../../src/core/transport.ts'
import { acknowledged, copying, receiving, type Saboteur, sessions, settling, type Sabotage } from './sabotage.ts'

export const brokenRetries: readonly Saboteur[] = [
  {
    breaks: 'a handler that goes on failing runs again after its delays, alone, and then its event is a dead letter',
    how: 'retries at once',
    complaint: /^whether the (first|second) delay passed/,
    make: () => delayedBy(() => 0),
  },
  {
    breaks: 'a handler that goes on failing runs again after its delays, alone, and then its event is a dead letter',
    how: 'lets the first retry wait, and no other',
    complaint: /^whether the second delay passed/,
    make: () => retrying((copy) => (copy.attempts === 2 ? copy : { ...copy, afterMs: 0 })),
  },
  {
    breaks: 'a handler that goes on failing runs again after its delays, alone, and then its event is a dead letter',
    how: 'forgets how often a handler has run',
    complaint: /^1 dead letters/,
    make: () => retrying((copy) => ({ ...copy, attempts: 0 })),
  },
  {
    breaks: 'a handler that goes on failing runs again after its delays, alone, and then its event is a dead letter',
    how: 'retries with all handlers',
    complaint: /^attempts of the other handler/,
    make: () => toAllHandlers(),
  },
  {
    breaks: 'a handler can say when it runs again',
    how: 'loses what shall be tried again',
    complaint: /^events that arrive: expected 2, got 1/,
    make: () => copying((copy) => (copy.kind === 'retry' ? undefined : copy)),
  },
  {
    breaks: 'a handler can say that it never will succeed: the dead letter comes at once, and says so',
    how: 'has one reason for all dead letters',
    complaint: /^dead letter: expected/,
    make: () => copying((copy) => (copy.kind === 'retry' ? copy : { ...copy, reason: 'handlers-failed' })),
  },
  {
    breaks: 'a handler can say that it never will succeed: the dead letter comes at once, and says so',
    how: 'tries once more what is a dead letter',
    complaint: /^attempts: expected \[ 1 \], got \[ 1, 1 \]/,
    make: () => onceMore(),
  },
  {
    breaks: 'an error that does not pass, as `retryIf` says, makes a dead letter at once',
    how: 'tries once more what is a dead letter',
    complaint: /^events: expected/,
    make: () => onceMore(),
  },
  {
    breaks: 'a retry whose handler is gone is a dead letter that names it',
    how: 'retries with whoever is there',
    complaint: /^1 dead letters/,
    make: () => toAllHandlers(),
  },
  {
    breaks: 'a retry of a group stays in that group, and one of an instance in that instance',
    how: 'publishes the event anew for a retry',
    complaint: /^events of those that did not fail/,
    make: () =>
      sessions((session) => ({
        consume: (point, receive) =>
          session.consume(point, async (delivery) => {
            const outcome = await receive(delivery)
            for (const { afterMs } of retriesOf(outcome)) {
              const options = { timeoutMs: 1_000, afterMs, requireRoute: false, signal: undefined }
              await session.publish({ event: delivery.event, dataJson: JSON.stringify(delivery.event.data), options })
            }
            return retriesOf(outcome).length > 0 ? acknowledged : outcome
          }),
      })),
  },
  {
    breaks: 'a retry waits behind no other one',
    how: 'keeps all retries in one line',
    complaint: /^order of the retries/,
    make: () => {
      let longest = 0
      return delayedBy((afterMs) => (longest = Math.max(longest, afterMs)))
    },
  },
  {
    breaks: 'retries that wait, however many, do not keep other events waiting',
    how: 'keeps a delivery in hand until its retry is due',
    complaint: /^events that arrive: expected 251, got 100/,
    make: () => settling((outcome) => (retriesOf(outcome).length > 0 ? new Promise<never>(() => {}) : outcome)),
  },
  {
    breaks: 'a retry outlives its bus: who takes its place goes on counting the attempts',
    how: 'forgets its retries when it closes',
    complaint: /^events that arrive: expected 2, got 0/,
    make: () => forgettingRetries(),
  },
  {
    breaks: 'a retry outlives its bus: who takes its place goes on counting the attempts',
    how: 'counts the attempts of one bus only',
    complaint: /^attempts after the change/,
    make: () =>
      sessions((session) => {
        const known = new Set<string>()
        return {
          consume: (point, receive) =>
            session.consume(point, (delivery) => {
              const isOurs = known.has(delivery.event.id)
              known.add(delivery.event.id)
              return receive(isOurs ? delivery : { ...delivery, attempts: 0 })
            }),
        }
      }),
  },
]

function retriesOf(outcome: Outcome): readonly RetryCopy[] {
  return outcome.kind === 'forward' ? outcome.copies.filter((copy) => copy.kind === 'retry') : []
}

function retrying(change: (copy: RetryCopy) => RetryCopy): Sabotage {
  return copying((copy) => (copy.kind === 'retry' ? change(copy) : copy))
}

function delayedBy(change: (afterMs: number) => number): Sabotage {
  return retrying((copy) => ({ ...copy, afterMs: change(copy.afterMs) }))
}

function toAllHandlers(): Sabotage {
  return receiving(
    (receive) =>
      ({ handlers: _forgotten, ...delivery }) =>
        receive(delivery),
  )
}

/** A dead letter is handed out a second time, and its second outcome counts. */
function onceMore(): Sabotage {
  return receiving((receive) => async (delivery) => {
    const outcome = await receive(delivery)
    return retriesOf(outcome).length === 0 && outcome.kind === 'forward' ? receive(delivery) : outcome
  })
}

/** Retries wait in the bus itself, and not where its events come from. */
function forgettingRetries(): Sabotage {
  return sessions((session) => {
    let isClosed = false
    const receiveAgain = (receive: Receive, delivery: Delivery, { afterMs, attempts, handlers }: RetryCopy): void => {
      const again = (): unknown => !isClosed && receive({ ...delivery, attempts, handlers })
      setTimeout(again, afterMs)
    }
    return {
      consume: (point, receive) =>
        session.consume(point, async (delivery) => {
          const outcome = await receive(delivery)
          for (const retry of retriesOf(outcome)) receiveAgain(receive, delivery, retry)
          return retriesOf(outcome).length > 0 ? acknowledged : outcome
        }),
      close: (deadline) => {
        isClosed = true
        return session.close(deadline)
      },
    }
  })
}
