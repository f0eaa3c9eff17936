import { defineCatalog, defineEvent, type } from '../../src/catalog/index.ts'
import { createEventBus } from '../../src/create-event-bus.ts'
import { createSyncedCache, everything, type SyncedCache } from '../../src/cache/index.ts'
import type { BusEvent } from '../../src/core/event.ts'
import { expectEqual } from './expect-equal.ts'

const settingsUpdated = defineEvent('settings.updated', type<{ appId: string; keys: string[] }>())
const settingsDeleted = defineEvent('settings.deleted', type<{ appId: string }>())
const orderPaid = defineEvent('order.paid', type<{ orderId: number }>())
const events = [settingsUpdated, settingsDeleted, orderPaid] as const
const bus = createEventBus({ source: 'types', events: defineCatalog(events) })
const loose = createEventBus({ source: 'types', events: defineCatalog(events, { strict: false }) })
const untyped = createEventBus({ source: 'types' })

interface Settings {
  readonly theme: string
}
declare const load: (key: string) => Promise<Settings>

// The pattern decides what the function gets; a key, several or everything is what it answers.
const settings = createSyncedCache({
  bus,
  load,
  invalidateOn: {
    'settings.updated': (event) => {
      expectEqual<typeof event, BusEvent<'settings.updated', { appId: string; keys: string[] }>>()
      return event.data.appId
    },
    'settings.*': (event) => {
      expectEqual<typeof event.type, 'settings.updated' | 'settings.deleted'>()
      return [event.data.appId]
    },
    '#': () => everything,
  },
})
expectEqual<typeof settings, SyncedCache<string, Settings>>()

// The key is what `load` takes.
const orders = createSyncedCache({
  bus,
  load: async (orderId: number, { signal }) => ({ orderId, aborted: signal.aborted }),
  invalidateOn: { 'order.paid': ({ data }) => data.orderId },
})
expectEqual<typeof orders, SyncedCache<number, { orderId: number; aborted: boolean }>>()

// @ts-expect-error no event of the catalog matches
createSyncedCache({ bus, load, invalidateOn: { 'nope.*': () => everything } })
// @ts-expect-error a number is no key of this cache
createSyncedCache({ bus, load, invalidateOn: { 'order.paid': ({ data }) => data.orderId } })
// @ts-expect-error a function that may not know says `[]`
createSyncedCache({ bus, load, invalidateOn: { 'settings.deleted': () => undefined } })
// @ts-expect-error what is stale must be said at once
createSyncedCache({ bus, load, invalidateOn: { 'settings.deleted': async ({ data }) => data.appId } })

// A loose catalog types what it has, and lets the rest through.
createSyncedCache({
  bus: loose,
  load,
  invalidateOn: {
    'settings.deleted': (event) => {
      expectEqual<typeof event.data, { appId: string }>()
      return event.data.appId
    },
    'other.*': (event) => {
      expectEqual<typeof event, BusEvent>()
      return everything
    },
  },
})

createSyncedCache({
  bus: untyped,
  load,
  invalidateOn: {
    'settings.*': (event) => {
      expectEqual<typeof event, BusEvent>()
      return event.subject ?? everything
    },
  },
})
