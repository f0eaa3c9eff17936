import { delivering, type Saboteur, sessions } from './sabotage.ts'

export const brokenReplays: readonly Saboteur[] = [
  {
    breaks: 'a replay reaches the queue of the group that it is for, in order, and no other',
    how: 'publishes what is replayed',
    complaint: /^events of others/,
    make: () =>
      sessions((session) => ({
        replay: ({ event, dataJson }) =>
          session.publish({
            event,
            dataJson,
            options: { timeoutMs: 1_000, afterMs: 0, requireRoute: true, signal: undefined },
          }),
      })),
  },
  {
    breaks: 'a replay reaches the queue of the group that it is for, in order, and no other',
    how: 'replays the last first',
    complaint: /^replayed events/,
    make: () =>
      sessions((session) => ({
        replay: async (request) => {
          await new Promise((resolve) => setTimeout(resolve, 60 - 20 * Number(request.event.id.at(-1))))
          await session.replay(request)
        },
      })),
  },
  {
    breaks: 'what a replay has sent is marked, also when it is tried again, and what is published is not',
    how: 'does not tell a replay from the event',
    complaint: /^marks of the attempts: .*got \[ false, false, false, false \]/,
    make: () => delivering(() => ({ replay: false })),
  },
  {
    breaks: 'what a replay has sent is marked, also when it is tried again, and what is published is not',
    how: 'forgets the mark with the first retry',
    complaint: /^marks of the attempts: .*got \[ true, false, false, false \]/,
    make: () => delivering(({ attempts }) => (attempts > 0 ? { replay: false } : {})),
  },
  {
    breaks: 'a replay to a queue that is not there is refused',
    how: 'takes what nobody gets',
    complaint: /^a replay to nobody: expected a rejection/,
    make: () => sessions(() => ({ replay: async () => {} })),
  },
  {
    breaks: 'what comes from the store and fails is tried again by the transport, and then is a dead letter',
    how: 'loses what came from the store',
    complaint: /^1 dead letters/,
    make: () => sessions(() => ({ forward: async () => 'ack' })),
  },
  {
    breaks: 'what comes from the store and fails is tried again by the transport, and then is a dead letter',
    how: 'gives up at once',
    complaint: /^attempts: expected \[ 1, 2 \], got \[ 1 \]/,
    make: () =>
      sessions((session) => ({
        forward: ({ copies, ...rest }) =>
          session.forward({
            ...rest,
            copies: copies.map((copy) => ({ ...copy, kind: 'deadLetter', reason: 'handlers-failed' })),
          }),
      })),
  },
]
