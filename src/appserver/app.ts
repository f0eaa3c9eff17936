import type { Data } from '../catalog/define-catalog.ts'
import { defineEvent, type EventDefinition } from '../catalog/define-event.ts'
import type { BusEvent } from '../core/event.ts'
import { object, optional, text } from './schema.ts'

/** The data of {@link AppRegistered}. */
export interface AppRegisteredData {
  readonly appId: string
  readonly appName: string
  readonly version?: string
}

/** The data of {@link AppInstalled}. */
export interface AppInstalledData {
  readonly appId: string
  readonly appName: string
  readonly version?: string
  /** Who asked for it: the id of a user or a service. */
  readonly installedBy?: string
}

/** The data of {@link AppUninstalled}. */
export interface AppUninstalledData {
  readonly appId: string
  readonly uninstalledBy?: string
}

/** The data of {@link AppDeregistered}. */
export interface AppDeregisteredData {
  readonly appId: string
}

/** The event `app.registered` as handlers get it. */
export type AppRegistered = BusEvent<'app.registered', AppRegisteredData>
/** The event `app.installed` as handlers get it. */
export type AppInstalled = BusEvent<'app.installed', AppInstalledData>
/** The event `app.uninstalled` as handlers get it. */
export type AppUninstalled = BusEvent<'app.uninstalled', AppUninstalledData>
/** The event `app.deregistered` as handlers get it. */
export type AppDeregistered = BusEvent<'app.deregistered', AppDeregisteredData>

/** The events about an app as a whole; their subject is the app's id. */
export interface AppEvents {
  'app.registered': Data<AppRegisteredData>
  'app.installed': Data<AppInstalledData>
  'app.uninstalled': Data<AppUninstalledData>
  'app.deregistered': Data<AppDeregisteredData>
}

/** Published by the app registry when an app, or a new version of it, can be installed from now on. */
export const appRegistered: EventDefinition<'app.registered', AppRegisteredData> = defineEvent(
  'app.registered',
  object<AppRegisteredData>({ appId: text, appName: text, version: optional(text) }),
  { subject: 'appId' },
)

/** Published by the server that installed an app, once the app can be used. */
export const appInstalled: EventDefinition<'app.installed', AppInstalledData> = defineEvent(
  'app.installed',
  object<AppInstalledData>({ appId: text, appName: text, version: optional(text), installedBy: optional(text) }),
  { subject: 'appId' },
)

/** Published by the server that removed an app, once nothing can use the app any more. */
export const appUninstalled: EventDefinition<'app.uninstalled', AppUninstalledData> = defineEvent(
  'app.uninstalled',
  object<AppUninstalledData>({ appId: text, uninstalledBy: optional(text) }),
  { subject: 'appId' },
)

/** Published by the app registry when an app cannot be installed any more; where it is installed it stays. */
export const appDeregistered: EventDefinition<'app.deregistered', AppDeregisteredData> = defineEvent(
  'app.deregistered',
  object<AppDeregisteredData>({ appId: text }),
  { subject: 'appId' },
)
