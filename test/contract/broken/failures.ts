import { setTimeout as sleep } from 'node:timers/promises'
import { acknowledged, copying, isDead, never, receiving, type Saboteur, settling } from './sabotage.ts'

const deadLetter = { kind: 'deadLetter', reason: 'handlers-failed', handlers: [], attempts: 1 } as const

export const brokenFailures: readonly Saboteur[] = [
  {
    breaks: 'an event whose handler fails three times in turn becomes a dead letter, once, that says why',
    how: 'drops what cannot be handled',
    complaint: /^1 dead letters/,
    make: () => copying((copy) => (copy.kind === 'deadLetter' ? undefined : copy)),
  },
  {
    breaks: 'an event whose handler fails three times in turn becomes a dead letter, once, that says why',
    how: 'does not say why',
    complaint: /^dead letter: expected/,
    make: () => copying((copy) => ({ ...copy, handlers: [], attempts: 0 })),
  },
  {
    breaks: 'an event whose handler fails three times in turn becomes a dead letter, once, that says why',
    how: 'hands a dead letter out once more',
    complaint: /^attempts: expected/,
    make: () =>
      receiving((receive) => async (delivery) => {
        const outcome = await receive(delivery)
        return isDead(outcome) ? receive(delivery) : outcome
      }),
  },
  {
    breaks: 'an event whose handler succeeds at the second attempt is no dead letter',
    how: 'takes success for failure',
    complaint: /^dead letters: expected \[\]/,
    make: () =>
      settling((outcome) =>
        outcome.kind === 'ack' ? { kind: 'forward', copies: [{ ...deadLetter, cause: new Error() }] } : outcome,
      ),
  },
  {
    breaks: 'a handler that fails does not make the others run again',
    how: 'hands an event that failed out to all once more',
    complaint: /^attempts of the other handler/,
    make: () => {
      let hasFailed = false
      return settling((outcome) => {
        if (!isDead(outcome) || hasFailed) return outcome
        hasFailed = true
        return { kind: 'release' }
      })
    },
  },
  {
    breaks: 'a dead letter names all handlers that failed, and no other',
    how: 'names the first handler only',
    complaint: /^handlers: expected/,
    make: () => copying((copy) => ({ ...copy, handlers: copy.handlers.slice(0, 1) })),
  },
  {
    breaks: 'the failure of one instance is no affair of the others',
    how: 'takes an event back from all when one has failed',
    complaint: /^events of the sound instance/,
    make: () => {
      const failed = new Set<string>()
      return receiving((receive, _point, { instance }) => async (delivery) => {
        if (instance !== 'bus-1') await sleep(20)
        if (failed.has(delivery.event.id)) return acknowledged
        const outcome = await receive(delivery)
        if (isDead(outcome)) failed.add(delivery.event.id)
        return outcome
      })
    },
  },
  {
    breaks: 'the events of a group go on behind one that cannot be handled',
    how: 'stops behind a dead letter',
    complaint: /^events that arrive: expected 4, got 1/,
    make: () =>
      receiving((receive) => {
        let last: Promise<unknown> = Promise.resolve()
        return (delivery) => {
          const settled = last.then(() => receive(delivery))
          last = settled.then((outcome) => (isDead(outcome) ? never : undefined))
          return settled
        }
      }),
  },
  {
    breaks: 'a handler that runs out of time has failed, and its signal is aborted',
    how: 'takes a handler that ran out of time for done',
    complaint: /^1 dead letters/,
    make: () => copying((copy) => ('code' in copy.cause && copy.cause.code === 'HANDLER_TIMEOUT' ? undefined : copy)),
  },
  {
    breaks: 'whatever a handler throws, its event becomes a dead letter and others go on',
    how: 'gives up on an error without a message',
    complaint: /dead letters: not within/,
    make: () =>
      settling((outcome) =>
        outcome.kind === 'forward' && outcome.copies.some(({ cause }) => typeof cause.message !== 'string')
          ? never
          : outcome,
      ),
  },
]
