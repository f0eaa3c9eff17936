import * as v from 'valibot'
import { z } from 'zod'
import type { SubscribeOptions } from '../../src/core/api.ts'
import type { BusEvent, EventInput } from '../../src/core/event.ts'
import { defineCatalog, defineEvent, type EventOf, type } from '../../src/catalog/index.ts'
import { createEventBus } from '../../src/create-event-bus.ts'
import { expectEqual } from './expect-equal.ts'

const untyped = createEventBus({ source: 'types' })

const appInstalled = defineEvent(
  'app.installed',
  z.object({ appId: z.string(), appName: z.string(), version: z.string().default('1') }),
  { subject: 'appId' },
)
const appUninstalled = defineEvent('app.uninstalled', v.object({ appId: v.string() }))
const settingsUpdated = defineEvent('settings.updated', type<{ appId: string; keys: string[] }>())
const catalog = defineCatalog([appInstalled, appUninstalled, settingsUpdated])
const bus = createEventBus({ source: 'types', events: catalog })

type AnyType = 'app.installed' | 'app.uninstalled' | 'settings.updated'
type Installed = BusEvent<'app.installed', { appId: string; appName: string; version: string }>
type Uninstalled = BusEvent<'app.uninstalled', { appId: string }>

// A pattern selects the union of the catalog's events.
bus.subscribe('app.*', (event, context) => {
  expectEqual<typeof event, Installed | Uninstalled>()
  expectEqual<typeof context.attempt, number>()
  if (event.type === 'app.installed') expectEqual<typeof event.data, Installed['data']>()
  else expectEqual<typeof event, Uninstalled>()
})
bus.subscribe('#', (event) => expectEqual<typeof event.type, AnyType>())
bus.subscribe('app.uninstalled', async (event) => expectEqual<typeof event, Uninstalled>(), { group: 'billing' })

// Several patterns, as a literal or as a constant.
bus.subscribe(['app.installed', 'settings.#'], async (event) => {
  expectEqual<typeof event.type, 'app.installed' | 'settings.updated'>()
})
const patterns = ['app.installed', 'settings.#'] as const
bus.subscribe(patterns, (event) => expectEqual<typeof event.type, 'app.installed' | 'settings.updated'>())

// What the compiler does not know may be any event of the catalog.
declare const dynamic: string
declare const dynamics: string[]
declare const tenant: string
declare const either: 'app.installed' | 'settings.*'
bus.subscribe(dynamic, (event) => expectEqual<typeof event.type, AnyType>())
bus.subscribe(dynamics, (event) => expectEqual<typeof event.type, AnyType>())
bus.subscribe(`${tenant}.installed`, (event) => expectEqual<typeof event.type, AnyType>())
bus.subscribe(either, (event) => expectEqual<typeof event.type, 'app.installed' | 'settings.updated'>())

// @ts-expect-error no event of the catalog matches
bus.subscribe('nope.*', () => {})
// @ts-expect-error one of the two matches nothing
bus.subscribe(['app.*', 'nope.#'], () => {})
// @ts-expect-error a wildcard inside a word is no wildcard
bus.subscribe('app.install*', () => {})
// @ts-expect-error a group has a queue for each pattern: what matches two would be handled twice
bus.subscribe(['app.*', 'settings.#'], () => {}, { group: 'billing' })
bus.subscribe(['app.*', 'settings.#'], () => {}, { name: 'audit', concurrency: 1 })
declare const someOptions: SubscribeOptions
bus.subscribe('app.*', () => {}, someOptions)

// Handlers that are written down elsewhere.
function onApp(event: EventOf<typeof catalog, 'app.*'>): void {
  expectEqual<typeof event.type, 'app.installed' | 'app.uninstalled'>()
}
function onAny(_event: BusEvent): void {}
function onSettings(_event: EventOf<typeof catalog, 'settings.*'>): void {}
bus.subscribe('app.*', onApp)
bus.subscribe('app.installed', onApp)
bus.subscribe('#', onAny)
// @ts-expect-error it handles other events than the pattern selects
bus.subscribe('app.*', onSettings)
expectEqual<EventOf<typeof catalog>['type'], AnyType>()
expectEqual<EventOf<typeof catalog, 'app.installed'>, Installed>()
expectEqual<EventOf<typeof catalog, 'nope'>, never>()

// Publish takes what the schema takes and resolves with what it makes of it.
expectEqual<Awaited<ReturnType<typeof publishInstalled>>, Installed>()
const publishInstalled = () => bus.publish(appInstalled({ appId: '1', appName: 'x' }))
expectEqual<Awaited<ReturnType<typeof publishUninstalled>>, Uninstalled>()
const publishUninstalled = () => bus.publish({ type: 'app.uninstalled', data: { appId: '1' } }, { timeoutMs: 1_000 })
void bus.publish(appUninstalled({ appId: '1' }, { subject: 'another', id: '1', correlationId: '2' }))
declare const sometimes: boolean
void bus.publish(sometimes ? appUninstalled({ appId: '1' }) : settingsUpdated({ appId: '1', keys: [] }))

// @ts-expect-error the catalog does not have the type
void bus.publish({ type: 'app.unknown', data: {} })
// @ts-expect-error the wrong kind of value
void bus.publish({ type: 'app.uninstalled', data: { appId: 1 } })
// @ts-expect-error a field too many
void bus.publish({ type: 'app.uninstalled', data: { appId: '1', extra: 1 } })
// @ts-expect-error no data
void bus.publish({ type: 'app.uninstalled' })
// @ts-expect-error a misspelt field
appUninstalled({ appid: '1' })
// @ts-expect-error the constructor sets the type
appUninstalled({ appId: '1' }, { type: 'app.installed' })
// @ts-expect-error an event of another catalog
void bus.publish(defineEvent('other', type<number>())(1))
// @ts-expect-error an input whose type the compiler does not know
void bus.publish({} as EventInput)

// The subject's field must be there and hold text.
defineEvent('a', type<{ appId: string; count: number; note?: string }>(), { subject: 'note' })
// @ts-expect-error no such field
defineEvent('a', type<{ appId: string }>(), { subject: 'id' })
// @ts-expect-error not text
defineEvent('a', type<{ count: number }>(), { subject: 'count' })

// A bus without a catalog takes any type and any data.
untyped.subscribe('app.*', (event) => expectEqual<typeof event, BusEvent>())
untyped.subscribe(['app.*', 'x'], (event) => expectEqual<typeof event, BusEvent>())
void untyped.publish({ type: 'whatever.x', data: { a: 1 } })
void untyped.publish(appInstalled({ appId: '1', appName: 'x' }))

// A loose catalog types what it has and takes the rest.
const loose = createEventBus({ source: 'types', events: defineCatalog([appInstalled], { strict: false }) })
void loose.publish({ type: 'other', data: 1 })
void loose.publish({ type: 'app.installed', data: { appId: '1', appName: 'n' } })
// @ts-expect-error the catalog knows better
void loose.publish({ type: 'app.installed', data: { appId: 1 } })
loose.subscribe('app.*', (event) => expectEqual<typeof event.type, 'app.installed'>())
loose.subscribe('zzz.*', (event) => expectEqual<typeof event, BusEvent>())
expectEqual<Awaited<ReturnType<typeof publishOther>>, BusEvent<'other'>>()
const publishOther = () => loose.publish({ type: 'other', data: 1 })

// A catalog can be part of a larger one.
const orderPlaced = defineEvent('order.placed', type<{ orderId: string }>())
const larger = defineCatalog([...catalog.events, orderPlaced])
expectEqual<EventOf<typeof larger>['type'], AnyType | 'order.placed'>()
expectEqual<EventOf<typeof larger, 'app.installed'>, Installed>()
createEventBus({ source: 'types', events: larger }).subscribe('order.*', (event) =>
  expectEqual<typeof event.data, { orderId: string }>(),
)

// A replay to a handler is typed by the pattern of its query; without one it is all events.
void bus.replay({ pattern: 'app.*', since: new Date() }, (event, context) => {
  expectEqual<typeof event, Installed | Uninstalled>()
  expectEqual<typeof context.position, number | undefined>()
})
void bus.replay({ subject: 'a-1' }, (event) => expectEqual<typeof event.type, AnyType>())
void bus.replay({}, async (event) => expectEqual<typeof event.type, AnyType>())
void bus.replay({ pattern: ['app.installed', 'settings.#'] }, (event) => {
  expectEqual<typeof event.type, 'app.installed' | 'settings.updated'>()
})
void bus.replay({ pattern: dynamic }, (event) => expectEqual<typeof event.type, AnyType>())
void bus.replay({ pattern: 'app.#' }, { group: 'billing', pattern: 'app.*' }, { dryRun: true })
void untyped.replay({ pattern: 'any.*' }, (event) => expectEqual<typeof event, BusEvent>())
// @ts-expect-error no event of the catalog matches
void bus.replay({ pattern: 'order.*' }, () => {})
