import { setTimeout as sleep } from 'node:timers/promises'
import type { Intake } from '../../../src/core/transport.ts'
import { acknowledged, never, pointing, receiving, type Saboteur, sessions, settling, withParts } from './sabotage.ts'

export const brokenGroups: readonly Saboteur[] = [
  {
    breaks: 'a group handles each event once between its members',
    how: 'gives each member a queue of its own',
    complaint: /^events of all members/,
    make: () => pointing(({ group }, { instance }) => ({ group: `${group}-${instance}` })),
  },
  {
    breaks: 'the members of a group work at the same time',
    how: 'lets only the first member work',
    complaint: /^work for each member/,
    make: () => {
      const groups = new Set<string>()
      return sessions((session) => ({
        consume: (point, receive) => {
          if (point.kind === 'instance' || !groups.has(point.group)) {
            if (point.kind === 'group') groups.add(point.group)
            return session.consume(point, receive)
          }
          return idleIntake
        },
      }))
    },
  },
  {
    breaks: 'each of several groups gets each event',
    how: 'knows one group only',
    complaint: /^events of one group/,
    make: () => pointing(() => ({ group: 'everybody' })),
  },
  {
    breaks: 'groups and broadcast subscriptions do not take events from each other',
    how: 'puts each event into one queue only',
    complaint: /^events of one point|^a later/,
    make: () => {
      const taken = new Set<string>()
      return receiving((receive) => async (delivery) => {
        if (taken.has(delivery.event.id)) return acknowledged
        taken.add(delivery.event.id)
        return receive(delivery)
      })
    },
  },
  {
    breaks: 'members of one group on different patterns do not take events from each other',
    how: 'has one queue for all patterns of a group',
    complaint: /^events of 'order/,
    make: () => pointing(() => ({ pattern: '#' })),
  },
  {
    breaks: "a group's events wait while no member is there",
    how: 'unbinds the queue of a group when a member leaves',
    complaint: /^events that waited/,
    make: unbindingOnPause,
  },
  {
    breaks: 'what a member had not started when it left goes to another one',
    how: 'takes what was not started for done',
    complaint: /^a later|^events of the one that stayed/,
    make: () => settling((outcome) => (outcome.kind === 'release' ? acknowledged : outcome)),
  },
]

export const brokenReadiness: readonly Saboteur[] = [
  {
    breaks: 'what is published after `ready` of a broadcast subscription reaches it',
    how: 'is ready before it is bound',
    complaint: /^events that arrive: expected 1, got 0/,
    make: () => bindingLate('instance'),
  },
  {
    breaks: 'what is published after `ready` of a group subscription reaches the group',
    how: 'is ready before it is bound',
    complaint: /^events that arrive: expected 1, got 0/,
    make: () => bindingLate('group'),
  },
  {
    breaks: 'all subscriptions of one tick get what waited in the queue of the instance',
    how: 'hands the backlog out when the first pattern is bound',
    complaint: /^events that arrive: expected 2, got 1/,
    make: () =>
      sessions((session) => ({
        consume: (point, receive) => {
          let first: string | undefined
          void sleep(5).then(() => (first = undefined))
          const intake = session.consume(point, async (delivery) =>
            first === undefined || delivery.event.type.startsWith(first) ? receive(delivery) : acknowledged,
          )
          const bind = (pattern: string): Promise<void> => {
            first ??= pattern.replace('*', '')
            return intake.bind(pattern)
          }
          return withParts(intake, { bind })
        },
      })),
  },
  {
    breaks: '`ready` of the bus resolves when it is connected, and its status is then `open`',
    how: 'never says that it is connected',
    complaint: /^ready of the bus/,
    make: () => sessions(() => ({ ready: never })),
  },
  {
    breaks: '`ready` of the bus resolves when it is connected, and its status is then `open`',
    how: 'says that it is connected, and not that it is open',
    complaint: /^status of the bus/,
    make: () => sessions(() => ({ status: 'connecting' })),
  },
  {
    breaks: 'a subscription is `waiting` until it is `ready`, and `ended` at last',
    how: 'never says that it receives',
    complaint: /^status then/,
    make: () =>
      sessions((session) => ({
        consume: (point, receive) => withParts(session.consume(point, receive), { status: 'waiting' }),
      })),
  },
]

const idleIntake: Intake = {
  queue: 'none',
  status: 'ready',
  bind: async () => {},
  unbind: async () => {},
  stop: async () => {},
}

function unbindingOnPause(): ReturnType<Saboteur['make']> {
  return sessions((session) => {
    const bindings: (() => Promise<void>)[] = []
    return {
      consume: (point, receive) => {
        const intake = session.consume(point, receive)
        if (point.kind === 'group') bindings.push(() => intake.unbind(point.pattern))
        return intake
      },
      pause: async () => {
        for (const unbind of bindings) await unbind()
        await session.pause()
      },
    }
  })
}

function bindingLate(kind: 'instance' | 'group'): ReturnType<Saboteur['make']> {
  return sessions((session) => ({
    consume: (point, receive) => {
      const intake = session.consume(point, receive)
      if (point.kind !== kind) return intake
      return withParts(intake, { bind: async (pattern) => void sleep(20).then(() => intake.bind(pattern)) })
    },
  }))
}
