import type { Data } from '../catalog/define-catalog.ts'
import { defineEvent, type EventDefinition } from '../catalog/define-event.ts'
import type { BusEvent } from '../core/event.ts'
import { number, object, optional, text } from './schema.ts'

interface Install {
  /** One run of the install workflow; a second try at the same app is another one. */
  readonly installId: string
  readonly appId: string
}

/** The data of {@link InstallStarted}. */
export interface InstallStartedData extends Install {
  readonly version?: string
  readonly requestedBy?: string
}

/** The data of {@link InstallCompleted}. */
export interface InstallCompletedData extends Install {
  readonly version?: string
  readonly durationMs?: number
}

/** The data of {@link InstallFailed}. */
export interface InstallFailedData extends Install {
  /** The step of the workflow that failed, e.g. `pull-image`. */
  readonly step: string
  /** For people; whoever writes it keeps secrets out of it. */
  readonly reason: string
}

/** The event `orchestration.install.started` as handlers get it. */
export type InstallStarted = BusEvent<'orchestration.install.started', InstallStartedData>
/** The event `orchestration.install.completed` as handlers get it. */
export type InstallCompleted = BusEvent<'orchestration.install.completed', InstallCompletedData>
/** The event `orchestration.install.failed` as handlers get it. */
export type InstallFailed = BusEvent<'orchestration.install.failed', InstallFailedData>

/** The events about runs of the install workflow; their subject is the run's id. */
export interface OrchestrationEvents {
  'orchestration.install.started': Data<InstallStartedData>
  'orchestration.install.completed': Data<InstallCompletedData>
  'orchestration.install.failed': Data<InstallFailedData>
}

/** Published by the orchestrator when it has taken an installation in hand. */
export const orchestrationInstallStarted: EventDefinition<'orchestration.install.started', InstallStartedData> =
  defineEvent(
    'orchestration.install.started',
    object<InstallStartedData>({ installId: text, appId: text, version: optional(text), requestedBy: optional(text) }),
    { subject: 'installId' },
  )

/** Published by the orchestrator when every step is done. The server that now runs the app publishes `app.installed`. */
export const orchestrationInstallCompleted: EventDefinition<'orchestration.install.completed', InstallCompletedData> =
  defineEvent(
    'orchestration.install.completed',
    object<InstallCompletedData>({
      installId: text,
      appId: text,
      version: optional(text),
      durationMs: optional(number),
    }),
    { subject: 'installId' },
  )

/** Published by the orchestrator when a step has failed for good and what was done is undone. */
export const orchestrationInstallFailed: EventDefinition<'orchestration.install.failed', InstallFailedData> =
  defineEvent(
    'orchestration.install.failed',
    object<InstallFailedData>({ installId: text, appId: text, step: text, reason: text }),
    { subject: 'installId' },
  )
