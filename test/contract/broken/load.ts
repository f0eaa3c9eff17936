import type { SessionLoad } from '../../../src/core/load.ts'
import { type Sabotage, type Saboteur, sessions } from './sabotage.ts'

const wellPromise =
  'while all is well every connection is open and nothing waits for its confirm; after `close` all are closed'

/** Tells something else than what is. */
function telling(change: (load: SessionLoad) => Partial<SessionLoad>): Sabotage {
  return sessions((session) => ({ load: () => ({ ...session.load(), ...change(session.load()) }) }))
}

export const brokenLoad: readonly Saboteur[] = [
  {
    breaks: wellPromise,
    how: 'does not notice that it is connected',
    complaint: /^states of connections: .* got \[ 'connecting' \]/,
    make: () => telling(() => ({ connections: { memory: { state: 'connecting', reconnects: 0 } } })),
  },
  {
    breaks: wellPromise,
    how: 'never takes a message off its count',
    complaint: /^buffered/,
    make: () => telling(() => ({ buffered: { events: 1, bytes: 2 } })),
  },
  {
    breaks: wellPromise,
    how: 'counts a closed connection as open',
    complaint: /^states after `close`/,
    make: () => telling(() => ({ connections: { memory: { state: 'open', reconnects: 0 } } })),
  },
  {
    breaks: 'a delivery that comes again is counted by the bus that gets it',
    how: 'counts nothing that comes again',
    complaint: /^whether what came again was counted: expected true, got false/,
    make: () => telling(() => ({ redeliveries: 0 })),
  },
  {
    breaks: 'a delivery that comes again is counted by the bus that gets it',
    how: 'counts every delivery',
    complaint: /^what came again at first: expected 0, got 1/,
    make: () => telling(() => ({ redeliveries: 1 })),
  },
]
