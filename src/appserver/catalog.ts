import { type Catalog, defineCatalog } from '../catalog/define-catalog.ts'
import { type AppEvents, appDeregistered, appInstalled, appRegistered, appUninstalled } from './app.ts'
import {
  type ContainerEvents,
  containerCreated,
  containerFailed,
  containerHealthy,
  containerStarted,
} from './container.ts'
import {
  type OrchestrationEvents,
  orchestrationInstallCompleted,
  orchestrationInstallFailed,
  orchestrationInstallStarted,
} from './orchestration.ts'
import { type PermissionEvents, permissionInvalidated } from './permission.ts'
import {
  type SettingsEvents,
  settingsDeleted,
  settingsRegistered,
  settingsUpdated,
  settingsValidationFailed,
} from './settings.ts'

/** The events of an application server, by event type. */
export interface AppServerEvents
  extends AppEvents, SettingsEvents, OrchestrationEvents, ContainerEvents, PermissionEvents {}

/**
 * The events of an application server: `createEventBus({ events: appServerEvents, ... })`. For a service with events of
 * its own: `defineCatalog([...appServerEvents.events, orderPlaced])`.
 */
export const appServerEvents: Catalog<AppServerEvents> = defineCatalog([
  appRegistered,
  appInstalled,
  appUninstalled,
  appDeregistered,
  settingsRegistered,
  settingsUpdated,
  settingsValidationFailed,
  settingsDeleted,
  orchestrationInstallStarted,
  orchestrationInstallCompleted,
  orchestrationInstallFailed,
  containerCreated,
  containerStarted,
  containerHealthy,
  containerFailed,
  permissionInvalidated,
])
