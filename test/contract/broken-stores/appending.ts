import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StoredEvent } from '../../../src/core/event-store.ts'
import type { BusEvent } from '../../../src/core/event.ts'
import type { QuerySettings, StoreDriver } from '../../../src/store/driver.ts'
import { driving, paging, recording, storing, type StoreSaboteur } from './sabotage.ts'

export const brokenAppends: readonly StoreSaboteur[] = [
  {
    breaks: 'an append answers the position of each event, rising in the order given',
    how: 'answers in another order',
    complaint: /^whether the positions/,
    make: () => driving((driver) => ({ append: async (...args) => (await driver.append(...args)).toReversed() })),
  },
  {
    breaks: 'an event that is there already, by its id, is not recorded again',
    how: 'takes every event for new',
    complaint: /^answer for what was there/,
    make: () =>
      driving((driver) => ({
        append: async (...args) => (await driver.append(...args)).map((one) => ({ ...one, isNew: true })),
      })),
  },
  {
    breaks: 'an event that is there already, by its id, is not recorded again',
    how: 'keeps the last of the same id',
    complaint: /^data/,
    make: () => {
      const latest = new Map<string, string>()
      const remembering = recording((record) => {
        latest.set(record.id, record.json)
        return {}
      })
      const showing = paging((page) =>
        page.map((one) => ({ ...one, event: JSON.parse(latest.get(one.event.id) ?? '') as BusEvent })),
      )
      return { driver: (driver) => (showing.driver ?? same)((remembering.driver ?? same)(driver)) }
    },
  },
  {
    breaks: 'an id that stands twice in one append is recorded once',
    how: 'looks only at what was there before',
    complaint: /^answers/,
    make: () =>
      driving((driver) => ({
        append: (records, version) => {
          const seen = new Set<string>()
          const own = records.map((record) => {
            const id = seen.has(record.id) ? `${record.id}, again` : record.id
            seen.add(record.id)
            return { ...record, id }
          })
          return driver.append(own, version)
        },
      })),
  },
  {
    breaks: 'an append of nothing answers nothing',
    how: 'answers something',
    complaint: /^answer/,
    make: () =>
      storing((store) => ({
        append: async (events, options) =>
          events.length > 0 ? store.append(events, options) : [{ position: 0, isNew: false }],
      })),
  },
  {
    breaks: 'more events than a batch takes are recorded in order, and each is answered',
    how: 'writes each batch from its end',
    complaint: /^ids/,
    make: () =>
      driving((driver) => ({
        append: async (records, version) => (await driver.append(records.toReversed(), version)).toReversed(),
      })),
  },
  {
    breaks: 'more events than a batch takes are recorded in order, and each is answered',
    how: 'answers for the last batch only',
    complaint: /^number of answers/,
    make: () =>
      storing((store) => ({
        append: async (...args) => (await store.append(...args)).slice(-1_000),
      })),
  },
  {
    breaks: 'one bad event: nothing of its append is recorded',
    how: 'records the events in front of it',
    complaint: /^ids/,
    make: () =>
      storing((store) => ({
        append: async (events) => {
          const appended = []
          for (const event of events) appended.push(...(await store.append([event])))
          return appended
        },
      })),
  },
  {
    breaks: 'what is changed after `append` was called changes nothing',
    how: 'makes JSON of the events later',
    complaint: /^data/,
    make: () =>
      storing((store) => ({
        append: async (...args) => {
          await nextTurn()
          return store.append(...args)
        },
      })),
  },
  {
    breaks: 'stores that append at the same time lose nothing, and share no position',
    how: 'counts positions in each process',
    complaint: /^positions/,
    make: () =>
      driving((driver) => {
        let position = 0
        return {
          append: async (...args) =>
            (await driver.append(...args)).map(({ isNew }) => ({ position: ++position, isNew })),
        }
      }),
  },
  {
    breaks: 'stores that append at the same time lose nothing, and share no position',
    how: 'loses what it writes while another one writes',
    complaint: /^events/,
    make: () => {
      let calls = 0
      return driving((driver) => ({
        append: async (records, version) => {
          const appended = await driver.append(records, version)
          if (++calls > 1 && calls % 7 === 0)
            await driver.remove(
              appended.map(({ position }) => position),
              1,
            )
          return appended
        },
      }))
    },
  },
  {
    breaks: 'an event that two stores append at the same time is recorded once',
    how: 'knows only the ids that it recorded itself',
    complaint: /^how often they were new/,
    make: () => {
      let handles = 0
      return driving((driver) => {
        const handle = ++handles
        return {
          append: (records, version) =>
            driver.append(
              records.map((record) => ({ ...record, id: `${record.id}@${handle}` })),
              version,
            ),
        }
      })
    },
  },
  {
    breaks: 'what was appended is there when the store is opened again',
    how: 'forgets everything when it is closed',
    complaint: /^event/,
    make: () => driving((driver) => ({ close: () => removeEverything(driver) })),
  },
  {
    breaks: 'the last position is 0 in the beginning, and then that of the last event',
    how: 'begins with 1',
    complaint: /^in the beginning/,
    make: () => driving((driver) => ({ lastPosition: async () => (await driver.lastPosition()) + 1 })),
  },
  {
    breaks: 'the last position is 0 in the beginning, and then that of the last event',
    how: 'knows only what it recorded itself',
    complaint: /^after an append/,
    make: () =>
      storing((store) => {
        let last = 0
        return {
          append: async (...args) => {
            const appended = await store.append(...args)
            last = appended.at(-1)?.position ?? last
            return appended
          },
          lastPosition: async () => last,
        }
      }),
  },
]

export const brokenEvents: readonly StoreSaboteur[] = [
  {
    breaks: 'every attribute of an event is read as it was appended',
    how: 'has no column for the version of the data',
    complaint: /^event/,
    make: () => recording(changed(({ dataVersion: _gone, ...event }) => event)),
  },
  {
    breaks: 'every attribute of an event is read as it was appended',
    how: 'keeps times in milliseconds',
    complaint: /^event/,
    make: () => recording(changed((event) => ({ ...event, time: new Date(event.time).toISOString() }))),
  },
  {
    breaks: 'data can be any JSON value, or missing',
    how: 'takes missing data for null',
    complaint: /^event/,
    make: () => recording(changed((event) => ({ ...event, data: event.data ?? null }))),
  },
  {
    breaks: 'text can hold any character',
    how: 'ends text at a NUL',
    complaint: /^event/,
    make: () => recording(changed((event) => ({ ...event, source: event.source.split('\0', 1)[0] ?? '' }))),
  },
  {
    breaks: 'text that differs a little is not the same to a query',
    how: 'compares without case',
    complaint: /^subjects found/,
    make: () => selecting((event, { subject }) => event.subject?.toLowerCase() === subject?.toLowerCase()),
  },
  {
    breaks: 'text that differs a little is not the same to a query',
    how: 'writes NUL as text that may stand there itself',
    complaint: /^subjects found/,
    make: () =>
      selecting((event, { subject }) => event.subject?.replace('\0', '\\u0000') === subject?.replace('\0', '\\u0000')),
  },
  {
    breaks: 'a subject can be long, and data of 1 MiB is read intact',
    how: 'compares the first 255 characters',
    complaint: /^events/,
    make: () => selecting((event, { subject }) => event.subject?.slice(0, 255) === subject?.slice(0, 255)),
  },
  {
    breaks: 'a subject can be long, and data of 1 MiB is read intact',
    how: 'cuts long data',
    complaint: /^whether it is the same text/,
    make: () =>
      recording(
        changed((event) => ({ ...event, data: { text: (event.data as { text?: string }).text?.slice(0, 65_536) } })),
      ),
  },
  {
    breaks: 'an event tells when it was recorded',
    how: 'takes the time of the event for it',
    complaint: /^whether it was just now/,
    make: () => paging((page) => page.map((one) => ({ ...one, recordedAt: one.event.time }))),
  },
  {
    breaks: 'what one reader does to an event, no other one sees',
    how: 'hands out the same object again',
    complaint: /^data/,
    make: () => {
      const cache = new Map<number, StoredEvent>()
      return paging((page) =>
        page.map((one) => {
          const known = cache.get(one.position) ?? one
          cache.set(one.position, known)
          return known
        }),
      )
    },
  },
]

function same(driver: StoreDriver): StoreDriver {
  return driver
}

function changed(change: (event: BusEvent) => BusEvent): (record: { readonly json: string }) => { json: string } {
  return ({ json }) => ({ json: JSON.stringify(change(JSON.parse(json) as BusEvent)) })
}

/** Looks for subjects in a way of its own. */
function selecting(isWanted: (event: BusEvent, query: QuerySettings) => boolean): ReturnType<typeof driving> {
  return driving((driver) => ({
    async *pages(query) {
      const all = query.subject === undefined ? query : { ...query, subject: undefined }
      for await (const page of driver.pages(all)) {
        const wanted = query.subject === undefined ? page : page.filter(({ event }) => isWanted(event, query))
        if (wanted.length > 0) yield wanted
      }
    },
  }))
}

async function removeEverything(driver: StoreDriver): Promise<void> {
  const last = await driver.lastPosition()
  await driver.remove(
    Array.from({ length: last }, (_, index) => index + 1),
    0,
  )
}
