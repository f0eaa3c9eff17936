import type { ContenderName } from '../contenders/registry.ts'
import type { Scene } from '../scene.ts'

/** What one measurement found, by the name of the measure, unit included. Undefined: it cannot be seen here. */
export type Measures = Readonly<Record<string, number | undefined>>

/** One question that is put to several contenders. */
export interface Axis<Name extends ContenderName = ContenderName> {
  readonly name: string
  readonly about: string
  /** Whether it needs a RabbitMQ. */
  readonly onBroker: boolean
  /** Who can be asked. The first one is the reference. */
  readonly contenders: readonly Name[]
  /** One run of one contender. */
  measure(contender: Name, scene: Scene): Promise<Measures>
}

export function microseconds(seconds: number | undefined, events: number): number | undefined {
  return seconds === undefined ? undefined : (seconds / events) * 1e6
}
