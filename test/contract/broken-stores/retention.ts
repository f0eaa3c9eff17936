import { setTimeout as sleep } from 'node:timers/promises'
import type { EventStore } from '../../../src/core/event-store.ts'
import { asking, driving, paging, storing, type StoreSaboteur } from './sabotage.ts'

export const brokenRetention: readonly StoreSaboteur[] = [
  {
    breaks: 'pruning by age takes what is older, and only that',
    how: 'takes what is as old, too',
    complaint: /^report/,
    make: () => asking(({ untilMs }) => ({ untilMs: untilMs + 1 })),
  },
  {
    breaks: 'pruning by age takes what is older, and only that',
    how: 'goes by the position of the first event that is not',
    complaint: /^report/,
    make: () =>
      driving((driver) => ({
        async *pages(query) {
          for await (const page of driver.pages({ ...query, untilMs: Infinity })) {
            const end = page.findIndex(({ event }) => Date.parse(event.time) >= query.untilMs)
            yield end === -1 ? page : page.slice(0, end)
            if (end !== -1) return
          }
        },
      })),
  },
  {
    breaks: 'pruning takes what the pattern selects, but for the newest that are to be kept',
    how: 'keeps none',
    complaint: /^report/,
    make: () => storing((store) => ({ prune: ({ keep: _keep, ...options }) => store.prune(options) })),
  },
  {
    breaks: 'a position is never given out again',
    how: 'takes the highest position that is there for the last one',
    complaint: /^last position/,
    make: () =>
      storing((store) => ({
        lastPosition: async () =>
          (await Array.fromAsync(store.read({ direction: 'backward', limit: 1 })))[0]?.position ?? 0,
      })),
  },
  {
    breaks: 'what is left stays where it was',
    how: 'closes the gaps',
    complaint: /^positions/,
    make: () => paging((page) => page.map((one, index) => ({ ...one, position: index + 1 }))),
  },
  {
    breaks: 'what is left stays where it was',
    how: 'forgets types without events',
    complaint: /^types/,
    make: () =>
      storing((store) => ({
        types: async () => [...new Set((await Array.fromAsync(store.read())).map(({ event }) => event.type))].sort(),
      })),
  },
  {
    breaks: 'the version of a stream is the position of the last event that is left',
    how: 'remembers the versions of streams',
    complaint: /^append: expected a rejection/,
    make: () => {
      const versions = new Map<string, number>()
      return driving((driver) => ({
        append: async (records, version) => {
          const subject = records[0]?.subject ?? ''
          const isExpected = version === versions.get(subject)
          const appended = await driver.append(records, isExpected ? undefined : version)
          versions.set(subject, appended.at(-1)?.position ?? 0)
          return appended
        },
      }))
    },
  },
  {
    breaks: 'an event that was pruned is new when it comes again',
    how: 'remembers its id',
    complaint: /^answer/,
    make: () => {
      const known = new Set<string>()
      return driving((driver) => ({
        append: async (records, version) => {
          const appended = await driver.append(records, version)
          const answers = appended.map((one, index) => ({ ...one, isNew: !known.has(records[index]?.id ?? '') }))
          for (const { id } of records) known.add(id)
          return answers
        },
      }))
    },
  },
  {
    breaks: 'many events are pruned, and one audit entry tells how many',
    how: 'writes an entry for every chunk',
    complaint: /^entry/,
    make: () =>
      driving((driver) => ({
        remove: async (positions) => {
          const number = await driver.startAudit({ action: 'prune', request: {} })
          return driver.remove(positions, number)
        },
      })),
  },
  {
    breaks: 'many events are pruned, and one audit entry tells how many',
    how: 'prunes one chunk',
    complaint: /^report/,
    make: () => asking(() => ({ limit: 500 })),
  },
  {
    breaks: 'a prune that is aborted says what it did',
    how: 'does not look at the signal',
    complaint: /^report/,
    make: () => storing((store) => ({ prune: ({ signal: _signal, ...options }) => store.prune(options) })),
  },
  {
    breaks: 'a prune that asks for nothing, or for nonsense, is refused',
    how: 'takes nothing for everything',
    complaint: /^prune: expected a rejection/,
    make: () => storing((store) => ({ prune: (options) => store.prune({ pattern: '#', ...options }) })),
  },
  {
    breaks: 'redacting takes the data of an event, and nothing else',
    how: 'takes the extensions with it',
    complaint: /^event/,
    make: () =>
      paging((page) =>
        page.map((one) => {
          const { extensions: _gone, ...event } = one.event
          return one.redactedAt === undefined ? one : { ...one, event }
        }),
      ),
  },
  {
    breaks: 'redacting takes the data of an event, and nothing else',
    how: 'does not say so',
    complaint: /^whether it says so/,
    make: () => paging((page) => page.map(({ redactedAt: _gone, ...one }) => one)),
  },
  {
    breaks: 'an event that was redacted is not brought back by appending it again',
    how: 'deletes it',
    complaint: /^whether it is new/,
    make: () => storing((store) => ({ redact: (id) => removeById(store, id) })),
  },
  {
    breaks: 'redacting what is not there, or a second time, does nothing',
    how: 'always says yes',
    complaint: /^unknown/,
    make: () => driving((driver) => ({ redact: async (...args) => (await driver.redact(...args)) || true })),
  },
  {
    breaks: 'the audit lists the newest entries first',
    how: 'lists the oldest first',
    complaint: /^entries/,
    make: () => driving((driver) => ({ audit: async () => (await driver.audit(10_000)).toReversed() })),
  },
]

export const brokenCheckpoints: readonly StoreSaboteur[] = [
  {
    breaks: 'a checkpoint is what was saved last under its name',
    how: 'does not go back',
    complaint: /^billing/,
    make: () =>
      driving((driver) => ({
        saveCheckpoint: async (name, position) =>
          driver.saveCheckpoint(name, Math.max(position, (await driver.checkpoint(name)) ?? 0)),
      })),
  },
  {
    breaks: 'a checkpoint has a name and a position',
    how: 'takes anything',
    complaint: /^no name: expected a rejection/,
    make: () => storing((store) => ({ saveCheckpoint: (...args) => store.saveCheckpoint(...args).catch(() => {}) })),
  },
]

export const brokenClosing: readonly StoreSaboteur[] = [
  {
    breaks: 'a closed store says so, whatever is asked of it',
    how: 'answers from memory',
    complaint: /^types: expected a rejection/,
    make: () => storing((store) => ({ types: () => store.types().catch(() => []) })),
  },
  {
    breaks: 'closing waits for what is being recorded',
    how: 'answers before it records',
    complaint: /^events/,
    make: () =>
      storing((store) => ({
        append: async (events) => {
          void sleep(20)
            .then(() => store.append(events))
            .catch(() => {})
          return events.map((_, index) => ({ position: index + 1, isNew: true }))
        },
      })),
  },
  {
    breaks: 'closing ends a reading that is in the middle',
    how: 'leaves it alone',
    complaint: /^reading: expected a rejection/,
    make: () => storing(() => ({ close: async () => {} })),
  },
]

async function removeById(store: EventStore, id: string): Promise<boolean> {
  const [found] = await Array.fromAsync(store.read({ id }))
  return (await store.prune({ pattern: found?.event.type ?? '#' })).pruned > 0
}
