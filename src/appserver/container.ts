import type { Data } from '../catalog/define-catalog.ts'
import { defineEvent, type EventDefinition } from '../catalog/define-event.ts'
import type { BusEvent } from '../core/event.ts'
import { number, object, oneOf, optional, text } from './schema.ts'

/** The data of {@link ContainerCreated}. */
export interface ContainerCreatedData {
  readonly containerId: string
  /** The app that it runs. */
  readonly appId: string
  /** With its tag or digest, e.g. `registry/billing:1.4.2`. */
  readonly image: string
}

/** The data of {@link ContainerStarted}. */
export interface ContainerStartedData {
  readonly containerId: string
  readonly appId: string
}

/** The data of {@link ContainerHealthy}. */
export interface ContainerHealthyData {
  readonly containerId: string
  readonly appId: string
}

/** The data of {@link ContainerFailed}. */
export interface ContainerFailedData {
  readonly containerId: string
  readonly appId: string
  readonly reason: 'image_unavailable' | 'start_failed' | 'unhealthy' | 'out_of_memory' | 'exited' | 'other'
  /** Where the process ended: its exit code. */
  readonly exitCode?: number
}

/** The event `container.created` as handlers get it. */
export type ContainerCreated = BusEvent<'container.created', ContainerCreatedData>
/** The event `container.started` as handlers get it. */
export type ContainerStarted = BusEvent<'container.started', ContainerStartedData>
/** The event `container.healthy` as handlers get it. */
export type ContainerHealthy = BusEvent<'container.healthy', ContainerHealthyData>
/** The event `container.failed` as handlers get it. */
export type ContainerFailed = BusEvent<'container.failed', ContainerFailedData>

/** The events about the containers that apps run in; their subject is the container's id. */
export interface ContainerEvents {
  'container.created': Data<ContainerCreatedData>
  'container.started': Data<ContainerStartedData>
  'container.healthy': Data<ContainerHealthyData>
  'container.failed': Data<ContainerFailedData>
}

/** Published by the container runtime's agent when a container exists; it does not run yet. */
export const containerCreated: EventDefinition<'container.created', ContainerCreatedData> = defineEvent(
  'container.created',
  object<ContainerCreatedData>({ containerId: text, appId: text, image: text }),
  { subject: 'containerId' },
)

/** Published by the container runtime's agent when a container's process runs; it may not answer yet. */
export const containerStarted: EventDefinition<'container.started', ContainerStartedData> = defineEvent(
  'container.started',
  object<ContainerStartedData>({ containerId: text, appId: text }),
  { subject: 'containerId' },
)

/** Published by the container runtime's agent when a container passes its health check, at first or again. */
export const containerHealthy: EventDefinition<'container.healthy', ContainerHealthyData> = defineEvent(
  'container.healthy',
  object<ContainerHealthyData>({ containerId: text, appId: text }),
  { subject: 'containerId' },
)

/** Published by the container runtime's agent when a container could not be started, ended by itself or is unhealthy. */
export const containerFailed: EventDefinition<'container.failed', ContainerFailedData> = defineEvent(
  'container.failed',
  object<ContainerFailedData>({
    containerId: text,
    appId: text,
    reason: oneOf('image_unavailable', 'start_failed', 'unhealthy', 'out_of_memory', 'exited', 'other'),
    exitCode: optional(number),
  }),
  { subject: 'containerId' },
)
