import type { StoredEvent } from '../../../src/core/event-store.ts'
import type { QuerySettings } from '../../../src/store/driver.ts'
import { readingOf } from '../../../src/store/reading.ts'
import { asking, driving, paging, storing, type StoreSaboteur } from './sabotage.ts'

const farAway = Number.MAX_SAFE_INTEGER

export const brokenReadings: readonly StoreSaboteur[] = [
  {
    breaks: 'events are read in the order of their positions, or backward',
    how: 'knows one direction',
    complaint: /^backward/,
    make: () => asking(() => ({ isBackward: false })),
  },
  {
    breaks: 'a limit gives the first so many, from either end',
    how: 'gives whole pages',
    complaint: /^forward/,
    make: () => asking(() => ({ limit: farAway })),
  },
  {
    breaks: 'a limit gives the first so many, from either end',
    how: 'gives one page at the most',
    complaint: /^more than a page/,
    make: () => asking(({ limit }) => ({ limit: Math.min(limit, 500) })),
  },
  {
    breaks: 'positions that bound a reading are left out of it',
    how: 'begins with the position itself',
    complaint: /^forward/,
    make: () => asking(({ afterPosition }) => ({ afterPosition: afterPosition - 1 })),
  },
  {
    breaks: 'a long reading gives every event once, in order, in pages that are not empty',
    how: 'begins each page with the last event of the one before',
    complaint: /^number of events/,
    make: () =>
      driving((driver) => ({
        async *pages(query) {
          let last: readonly StoredEvent[] = []
          for await (const page of driver.pages(query)) {
            yield [...last, ...page]
            last = page.slice(-1)
          }
        },
      })),
  },
  {
    breaks: 'a long reading gives every event once, in order, in pages that are not empty',
    how: 'gives pages of which a filter left nothing',
    complaint: /^empty pages/,
    make: () => paging((page) => (page.some(({ position }) => position % 1_000 === 1) ? [] : page)),
  },
  {
    breaks: 'a long reading gives every event once, in order, in pages that are not empty',
    how: 'sorts by id',
    complaint: /^whether the positions rise/,
    make: () => paging((page) => page.toSorted((one, other) => (one.event.id < other.event.id ? -1 : 1))),
  },
  {
    breaks: 'a reading ends with what was recorded when it began',
    how: 'goes on as long as something comes',
    complaint: /^events that were read/,
    make: () =>
      driving((driver) => ({
        async *pages(query) {
          for (let after = query.afterPosition; ;) {
            const page = await Array.fromAsync(
              driver.pages({ ...query, afterPosition: after, beforePosition: farAway }),
            )
            if (page.length === 0) return
            for (const one of page.flat()) yield [one]
            after = page.flat().at(-1)?.position ?? after
          }
        },
      })),
  },
  {
    breaks: 'a reader that comes back behind its last position misses nothing that others append meanwhile',
    how: 'shows some events later than those behind them, as transactions that overlap do',
    complaint: /^events that were seen/,
    make: () => {
      const seen = new Map<number, number>()
      return driving((driver) => ({
        async *pages(query) {
          for await (const page of driver.pages(query)) {
            const shown = page.filter(({ position }) => {
              const looks = (seen.get(position) ?? 0) + 1
              seen.set(position, looks)
              return position % 4 !== 1 || looks > 1
            })
            if (shown.length > 0) yield shown
          }
        },
      }))
    },
  },
  {
    breaks: 'the end is no unknown position, what lies behind it is',
    how: 'takes any position',
    complaint: /^behind the end/,
    make: () => driving(() => ({ lastPosition: async () => farAway - 1 })),
  },
  {
    breaks: 'every iteration of a reading begins anew',
    how: 'remembers what it has read',
    complaint: /^second/,
    make: () =>
      storing((store) => ({
        read: (query) => {
          let pages: Promise<(readonly StoredEvent[])[]> | undefined
          return readingOf(async function* () {
            pages ??= Array.fromAsync(store.read(query).pages())
            yield* await pages
          })
        },
      })),
  },
  {
    breaks: 'a reading that is left in the middle holds up nobody',
    how: 'keeps a cursor for every reading that did not come to its end',
    complaint: /no cursor is left/,
    make: () => {
      let cursors = 0
      return driving((driver) => ({
        async *pages(query) {
          if (++cursors > 20) throw new Error('no cursor is left')
          yield* driver.pages(query)
          cursors--
        },
      }))
    },
  },
  {
    breaks: 'readings at the same time do not disturb each other',
    how: 'has one cursor for all readings',
    complaint: /^events/,
    make: () => {
      let last: QuerySettings | undefined
      return driving((driver) => ({
        async *pages(query) {
          last = query
          await Promise.resolve()
          yield* driver.pages({ ...query, patterns: last.patterns })
        },
      }))
    },
  },
]
