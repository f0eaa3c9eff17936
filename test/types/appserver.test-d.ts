import {
  type AppDeregistered,
  type AppInstalled,
  type AppRegistered,
  appServerEvents,
  type AppUninstalled,
  type ContainerFailed,
  containerFailed,
  type InstallFailed,
  type PermissionInvalidated,
  settingsUpdated,
  type SettingsUpdated,
} from '../../src/appserver/index.ts'
import { object, oneOf, optional, text } from '../../src/appserver/schema.ts'
import type { EventOf } from '../../src/catalog/index.ts'
import { createEventBus } from '../../src/create-event-bus.ts'
import { expectEqual } from './expect-equal.ts'

const bus = createEventBus({ source: 'types', events: appServerEvents })

// The names that users see are those of the catalog's unions.
expectEqual<EventOf<typeof appServerEvents, 'app.installed'>, AppInstalled>()
expectEqual<EventOf<typeof appServerEvents, 'settings.updated'>, SettingsUpdated>()
expectEqual<EventOf<typeof appServerEvents, 'permission.*'>, PermissionInvalidated>()
expectEqual<EventOf<typeof appServerEvents, '#.failed'>, ContainerFailed | InstallFailed>()
bus.subscribe('app.*', (event) => {
  expectEqual<typeof event, AppRegistered | AppInstalled | AppUninstalled | AppDeregistered>()
  if (event.type === 'app.installed') expectEqual<typeof event.data.appName, string>()
})
bus.subscribe('orchestration.install.failed', (event) => expectEqual<typeof event.data.step, string>())
// @ts-expect-error `orchestration.*` is two words, and all of those events have three
bus.subscribe('orchestration.*', () => {})

// @ts-expect-error settings events carry names of keys, never values
settingsUpdated({ appId: '1', keys: [], values: {} })
// @ts-expect-error not a reason that is known
containerFailed({ containerId: '1', appId: '1', reason: 'tired' })

// A schema is what its type says.
// @ts-expect-error a field is missing
object<{ a: string; b: string }>({ a: text })
// @ts-expect-error a field too many
object<{ a: string }>({ a: text, b: text })
// @ts-expect-error of the wrong kind
object<{ a: number }>({ a: text })
// @ts-expect-error the schema refuses what the type allows
object<{ a: 'x' | 'y' }>({ a: oneOf('x') })
// @ts-expect-error may be left out, but the schema insists
object<{ a?: string }>({ a: text })
// @ts-expect-error may not be left out, but the schema lets it
object<{ a: string }>({ a: optional(text) })
