import type { Data } from '../catalog/define-catalog.ts'
import { defineEvent, type EventDefinition } from '../catalog/define-event.ts'
import type { BusEvent } from '../core/event.ts'
import { object, oneOf, optional, text, texts } from './schema.ts'

/** The data of {@link PermissionInvalidated}. */
export interface PermissionInvalidatedData {
  /** Whose permissions they are: the id of a user, a role or an app. */
  readonly principalId: string
  readonly principalKind: 'user' | 'role' | 'app'
  /** The names of the permissions; all of the principal's where they are left out. */
  readonly permissions?: readonly string[]
}

/** The event `permission.invalidated` as handlers get it. */
export type PermissionInvalidated = BusEvent<'permission.invalidated', PermissionInvalidatedData>

/** The events about permissions; their subject is the principal's id. */
export interface PermissionEvents {
  'permission.invalidated': Data<PermissionInvalidatedData>
}

/**
 * Published by the permission service when what a principal may do has changed: cached decisions about it must go. It
 * does not say what is allowed now, so that nobody grants anything by publishing it.
 */
export const permissionInvalidated: EventDefinition<'permission.invalidated', PermissionInvalidatedData> = defineEvent(
  'permission.invalidated',
  object<PermissionInvalidatedData>({
    principalId: text,
    principalKind: oneOf('user', 'role', 'app'),
    permissions: optional(texts),
  }),
  { subject: 'principalId' },
)
