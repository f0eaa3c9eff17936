import type { Data } from '../catalog/define-catalog.ts'
import { defineEvent, type EventDefinition } from '../catalog/define-event.ts'
import type { BusEvent } from '../core/event.ts'
import { object, oneOf, optional, text, texts } from './schema.ts'

/**
 * Settings hold passwords and tokens, so their events carry the names of keys and never a value: whoever needs a value
 * reads it from the settings, with the rights to do so.
 */
interface SettingsKeys {
  /** The app whose settings they are. */
  readonly appId: string
  readonly keys: readonly string[]
}

/** The data of {@link SettingsRegistered}. */
export interface SettingsRegisteredData extends SettingsKeys {
  /** The version of the app that brings the settings. */
  readonly version?: string
}

/** The data of {@link SettingsUpdated}. */
export interface SettingsUpdatedData extends SettingsKeys {
  /** Who changed them: the id of a user or a service. */
  readonly updatedBy?: string
}

/** The data of {@link SettingsValidationFailed}. */
export interface SettingsValidationFailedData extends SettingsKeys {
  /** The first rule that was broken: a value was missing, of the wrong kind, not one of those allowed, or else. */
  readonly reason: 'missing' | 'wrong_kind' | 'not_allowed' | 'other'
}

/** The data of {@link SettingsDeleted}. */
export interface SettingsDeletedData extends SettingsKeys {
  readonly deletedBy?: string
}

/** The event `settings.registered` as handlers get it. */
export type SettingsRegistered = BusEvent<'settings.registered', SettingsRegisteredData>
/** The event `settings.updated` as handlers get it. */
export type SettingsUpdated = BusEvent<'settings.updated', SettingsUpdatedData>
/** The event `settings.validation_failed` as handlers get it. */
export type SettingsValidationFailed = BusEvent<'settings.validation_failed', SettingsValidationFailedData>
/** The event `settings.deleted` as handlers get it. */
export type SettingsDeleted = BusEvent<'settings.deleted', SettingsDeletedData>

/** The events about the settings of an app; their subject is the app's id. */
export interface SettingsEvents {
  'settings.registered': Data<SettingsRegisteredData>
  'settings.updated': Data<SettingsUpdatedData>
  'settings.validation_failed': Data<SettingsValidationFailedData>
  'settings.deleted': Data<SettingsDeletedData>
}

/** Published by the settings service when it has learned which settings an app has. */
export const settingsRegistered: EventDefinition<'settings.registered', SettingsRegisteredData> = defineEvent(
  'settings.registered',
  object<SettingsRegisteredData>({ appId: text, keys: texts, version: optional(text) }),
  { subject: 'appId' },
)

/** Published by the settings service when values have changed: cached copies of them must go. */
export const settingsUpdated: EventDefinition<'settings.updated', SettingsUpdatedData> = defineEvent(
  'settings.updated',
  object<SettingsUpdatedData>({ appId: text, keys: texts, updatedBy: optional(text) }),
  { subject: 'appId' },
)

/** Published by the settings service when it has refused values; the old ones stay in force. */
export const settingsValidationFailed: EventDefinition<'settings.validation_failed', SettingsValidationFailedData> =
  defineEvent(
    'settings.validation_failed',
    object<SettingsValidationFailedData>({
      appId: text,
      keys: texts,
      reason: oneOf('missing', 'wrong_kind', 'not_allowed', 'other'),
    }),
    { subject: 'appId' },
  )

/** Published by the settings service when settings are gone, their defaults included. */
export const settingsDeleted: EventDefinition<'settings.deleted', SettingsDeletedData> = defineEvent(
  'settings.deleted',
  object<SettingsDeletedData>({ appId: text, keys: texts, deletedBy: optional(text) }),
  { subject: 'appId' },
)
