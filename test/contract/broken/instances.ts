import { randomUUID } from 'node:crypto'
import { healthCheck } from '../../../src/core/health.ts'
import { joining, never, type Saboteur, sessions } from './sabotage.ts'

export const brokenInstances: readonly Saboteur[] = [
  {
    breaks: 'a named instance that comes back gets what was published meanwhile',
    how: 'deletes the queue of a named instance',
    complaint: /^events: expected/,
    make: () => joining(() => ({ instanceIsGenerated: true })),
  },
  {
    breaks: 'an instance without a queue of its own is told so before it is ready, and only once',
    how: 'tells of no gap',
    complaint: /^gaps: expected/,
    make: () => joining(() => ({ onGap: () => {} })),
  },
  {
    breaks: 'an instance without a queue of its own is told so before it is ready, and only once',
    how: 'tells of gaps too late',
    complaint: /^gaps: expected/,
    make: () => joining((member) => ({ onGap: (gap) => void setTimeout(() => member.onGap(gap), 20) })),
  },
  {
    breaks: 'an instance without a queue of its own is told so before it is ready, and only once',
    how: 'tells of a gap whenever it consumes',
    complaint: /^gaps after further subscriptions: expected/,
    make: () =>
      sessions((session, member) => ({
        consume: (point, receive) => {
          if (point.kind === 'group') member.onGap({ instance: member.instance, kind: 'start', reason: 'a whim' })
          return session.consume(point, receive)
        },
      })),
  },
  {
    breaks: 'an instance that comes back to its queue is told of no gap',
    how: 'tells every new session of a gap',
    complaint: /^gaps: expected/,
    make: () =>
      sessions((session, member) => ({
        consume: (point, receive) => {
          queueMicrotask(() => member.onGap({ instance: member.instance, kind: 'start', reason: 'a whim' }))
          return session.consume(point, receive)
        },
      })),
  },
  {
    breaks: 'an instance whose name was generated leaves nothing behind',
    how: 'keeps the queue of a generated name',
    complaint: /^publish: expected a rejection with PUBLISH_UNROUTABLE/,
    make: () => joining(() => ({ instanceIsGenerated: false })),
  },
  {
    breaks: 'a second bus under the name of another one stands by, takes nothing, and says so',
    how: 'lets two buses go by one name',
    complaint: /^bad health of the second bus/,
    make: () => joining(({ instance }) => ({ instance: `${instance}-${randomUUID()}` })),
  },
  {
    breaks: 'a bus that stands by takes over when the first one has closed, and misses nothing',
    how: 'never wakes who stands by',
    complaint: /^ready of the second bus/,
    make: () => {
      const names = new Set<string>()
      return sessions((session, { instance }) => {
        if (!names.has(instance)) {
          names.add(instance)
          return {}
        }
        return {
          consume: () => ({
            queue: 'none',
            status: 'waiting',
            bind: () => never,
            unbind: async () => {},
            stop: async () => {},
          }),
        }
      })
    },
  },
]

export const brokenHealth: readonly Saboteur[] = [
  {
    breaks: 'health passes while all is well, and names each point that is subscribed',
    how: 'always finds something',
    complaint: /^good health of one point/,
    make: () =>
      sessions((session) => ({
        check: async (timeoutMs) => ({ ...(await session.check(timeoutMs)), mood: healthCheck('warn') }),
      })),
  },
  {
    breaks: 'health passes while all is well, and names each point that is subscribed',
    how: 'does not look at its consumers',
    complaint: /^good health of one point/,
    make: () => sessions(() => ({ check: async () => ({ connection: healthCheck('pass') }) })),
  },
  {
    breaks: 'a health check has an answer within two seconds, and fails after `close`',
    how: 'waits for an answer for ever',
    complaint: /^health check: not within/,
    make: () => sessions(() => ({ check: () => never })),
  },
  {
    breaks: 'a bus on which all is well says nothing until it closes',
    how: 'says that it connects with every subscription',
    complaint: /^status changes/,
    make: () =>
      sessions((session, member) => ({
        consume: (point, receive) => {
          member.onStatus('connecting')
          return session.consume(point, receive)
        },
      })),
  },
]
