import { asking, driving, storing, type StoreSaboteur } from './sabotage.ts'

export const brokenQueries: readonly StoreSaboteur[] = [
  {
    breaks: 'a pattern selects the types that it selects for a subscription',
    how: 'takes `*` for any number of words',
    complaint: /^types of 'app\.\*'/,
    make: () => asking(({ patterns }) => ({ patterns: patterns?.map((pattern) => pattern.replaceAll('*', '#')) })),
  },
  {
    breaks: 'a pattern selects the types that it selects for a subscription',
    how: 'counts all types',
    complaint: /^count of 'app'/,
    make: () => driving((driver) => ({ count: (query) => driver.count({ ...query, patterns: undefined }) })),
  },
  {
    breaks: 'several patterns select what one of them selects, once and in order',
    how: 'reads for one pattern after the other',
    complaint: /^types/,
    make: () =>
      driving((driver) => ({
        async *pages(query) {
          for (const pattern of query.patterns ?? ['#']) yield* driver.pages({ ...query, patterns: [pattern] })
        },
      })),
  },
  {
    breaks: 'a type that another store was the first to record is found',
    how: 'learns the types when it is first asked',
    complaint: /^by pattern/,
    make: () =>
      driving((driver) => {
        let known: readonly string[] | undefined
        return {
          async *pages(query) {
            known ??= await driver.types()
            for await (const page of driver.pages(query)) {
              const found = page.filter(({ event }) => query.patterns === undefined || known?.includes(event.type))
              if (found.length > 0) yield found
            }
          },
        }
      }),
  },
  {
    breaks: 'the types are all that were ever recorded, sorted',
    how: 'names a type as often as it has events',
    complaint: /^types/,
    make: () => driving((driver) => ({ types: async () => (await driver.types()).flatMap((type) => [type, type]) })),
  },
  {
    breaks: 'each attribute selects the events that have it',
    how: 'does not look at the cause',
    complaint: /^causationId/,
    make: () => asking(() => ({ causationId: undefined })),
  },
  {
    breaks: 'times select by the time of the event: from the first on, before the second',
    how: 'takes the end with it',
    complaint: /^times/,
    make: () => asking(({ untilMs }) => ({ untilMs: untilMs + 1 })),
  },
  {
    breaks: 'times select by the time of the event: from the first on, before the second',
    how: 'stops at the first event that is too late',
    complaint: /^times/,
    make: () =>
      driving((driver) => ({
        async *pages(query) {
          for await (const page of driver.pages({ ...query, sinceMs: -Infinity, untilMs: Infinity })) {
            const end = page.findIndex(({ event }) => Date.parse(event.time) >= query.untilMs)
            const found = (end === -1 ? page : page.slice(0, end)).filter(
              ({ event }) => Date.parse(event.time) >= query.sinceMs,
            )
            if (found.length > 0) yield found
          }
        },
      })),
  },
  {
    breaks: 'an event must have all that a query asks for',
    how: 'does not look at the source where there is a subject',
    complaint: /^events, where all but/,
    make: () => asking(({ subject, source }) => ({ source: subject === undefined ? source : undefined })),
  },
  {
    breaks: 'rare events are found among many others',
    how: 'looks through a thousand events and gives up',
    complaint: /^ids/,
    make: () =>
      asking(({ afterPosition, beforePosition }) => ({
        beforePosition: Math.min(beforePosition, afterPosition + 1_000),
      })),
  },
  {
    breaks: 'a count goes by positions, too',
    how: 'counts everywhere',
    complaint: /^count/,
    make: () => driving((driver) => ({ count: (query) => driver.count({ ...query, afterPosition: 0 }) })),
  },
  {
    breaks: 'a query that makes no sense is refused at once',
    how: 'reads everything where it does not understand',
    complaint: /^read .* expected a rejection/,
    make: () =>
      storing((store) => ({
        read: (query) => understood(() => store.read(query)) ?? store.read(),
        count: (query) => understood(() => store.count(query)) ?? store.count(),
      })),
  },
]

/** The answer, unless the question was bad. */
function understood<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}
