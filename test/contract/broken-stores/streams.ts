import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AppendedEvent } from '../../../src/core/event-store.ts'
import { isEventBusError } from '../../../src/core/errors.ts'
import type { EventRecord, StoreDriver } from '../../../src/store/driver.ts'
import { versionConflict } from '../../../src/store/errors.ts'
import { driving, storing, type StoreSabotage, type StoreSaboteur } from './sabotage.ts'

export const brokenStreams: readonly StoreSaboteur[] = [
  {
    breaks: "a stream is one subject's events, in order",
    how: 'reads it from its end',
    complaint: /^ids/,
    make: () =>
      storing((store) => ({
        stream: (subject, options) => store.read({ ...options, subject, direction: 'backward' }),
      })),
  },
  {
    breaks: 'events are appended where the stream has the expected version: the position of its last event',
    how: 'takes the number of its events for the version',
    complaint: /is at version/,
    make: () => versioned(async (driver, subject) => (await positionsIn(driver, subject)).length),
  },
  {
    breaks: 'where the stream has another version nothing is appended',
    how: 'does not look at the version',
    complaint: /^append: expected a rejection/,
    make: () => driving((driver) => ({ append: (records) => driver.append(records, undefined) })),
  },
  {
    breaks: 'events are appended where the stream has the expected version: the position of its last event',
    how: 'looks at the last position of all',
    complaint: /is at version/,
    make: () => versioned((driver) => driver.lastPosition()),
  },
  {
    breaks: 'of writers that expect the same version at the same time one wins',
    how: 'looks at the version before it takes the lock',
    complaint: /^codes of the others/,
    make: () => versioned(lastIn),
  },
  {
    breaks: 'writers that decide anew after a conflict lose no decision',
    how: 'looks at the version before it takes the lock',
    complaint: /^counts/,
    make: () => versioned(lastIn),
  },
  {
    breaks: 'the very same append again is no conflict',
    how: 'looks at the version first',
    complaint: /is at version/,
    make: () => versioned(lastIn),
  },
  {
    breaks: 'a decision is recorded all or none, however large',
    how: 'writes it in batches, and looks at the version at last',
    complaint: /^events: expected 1, got/,
    make: () =>
      driving((driver) => ({
        append: async (records, version) => {
          if (records.length < 300) return driver.append(records, version)
          const first = await driver.append(records.slice(0, 200), undefined)
          return [...first, ...(await driver.append(records.slice(200, 299), version))]
        },
      })),
  },
  {
    breaks: 'an expected version is for the events of one subject',
    how: 'looks at the subject of the first event',
    complaint: /^two subjects: expected a rejection/,
    make: () =>
      storing((store) => ({
        append: async (events, options) => {
          try {
            return await store.append(events, options)
          } catch (error) {
            if (isEventBusError(error, 'OPTION_INVALID')) return store.append(events)
            throw error
          }
        },
      })),
  },
]

/** Looks at the version, in its own way, some time before it appends. */
function versioned(versionOf: (driver: StoreDriver, subject: string) => Promise<number>): StoreSabotage {
  const append = async (
    driver: StoreDriver,
    records: readonly EventRecord[],
    expected: number,
  ): Promise<readonly AppendedEvent[]> => {
    const subject = records[0]?.subject ?? ''
    const actual = await versionOf(driver, subject)
    if (actual !== expected) throw versionConflict(subject, expected, actual)
    await nextTurn()
    return driver.append(records, undefined)
  }
  return driving((driver) => ({
    append: (records, expected) =>
      expected === undefined ? driver.append(records, undefined) : append(driver, records, expected),
  }))
}

async function lastIn(driver: StoreDriver, subject: string): Promise<number> {
  return (await positionsIn(driver, subject)).at(-1) ?? 0
}

async function positionsIn(driver: StoreDriver, subject: string): Promise<number[]> {
  const everything = { patterns: undefined, source: undefined, correlationId: undefined, causationId: undefined }
  const all = { sinceMs: -Infinity, untilMs: Infinity, isBackward: false, limit: Number.MAX_SAFE_INTEGER }
  const beforePosition = (await driver.lastPosition()) + 1
  const query = { ...everything, ...all, subject, id: undefined, afterPosition: 0, beforePosition }
  return (await Array.fromAsync(driver.pages(query))).flat().map(({ position }) => position)
}
