import type { Stage } from './broker/stage.ts'
import type { Place } from './contenders/client.ts'
import { type ContenderName, moduleOf } from './contenders/registry.ts'
import { processorSeconds } from './broker/processor-time.ts'
import { End, type Patience } from './end/end.ts'
import type { Orders } from './end/orders.ts'

export interface SceneSettings {
  readonly events: number
  readonly inFlight: number
  readonly patience: Patience
}

/** What one measurement works with; what it started and declared is gone after `close`. */
export class Scene {
  readonly events: number
  readonly inFlight: number
  readonly patience: Patience
  readonly #stage: Stage
  readonly #ends: End[] = []
  readonly #places: Place[] = []

  constructor(settings: SceneSettings, stage: Stage) {
    this.events = settings.events
    this.inFlight = settings.inFlight
    this.patience = settings.patience
    this.#stage = stage
  }

  /** An exchange of its own on the broker. */
  place(): Place {
    const place = this.#stage.place(this.inFlight)
    this.#places.push(place)
    return place
  }

  declare(place: Place, queueType: 'classic' | 'quorum'): Promise<void> {
    return this.#stage.declare(place, queueType)
  }

  /** Starts one end of a contender; resolves when it is ready. */
  async start(
    contender: ContenderName,
    task: Orders['task'],
    place: Place,
    changes: Partial<Orders> = {},
  ): Promise<End> {
    const { events, inFlight } = this
    const orders = { module: moduleOf(contender), task, place, events, inFlight, ratePerSecond: 0, ...changes }
    const end = await End.start(orders, this.patience)
    this.#ends.push(end)
    return end
  }

  /** From now on: seconds of processor time of the broker; undefined where it does not run on this machine. */
  brokerClock(): () => number | undefined {
    const pid = this.#stage.brokerPid
    if (pid === undefined) return () => undefined
    const before = processorSeconds(pid)
    return () => processorSeconds(pid) - before
  }

  async close(): Promise<void> {
    for (const end of this.#ends) end.kill()
    for (const place of this.#places) await this.#stage.remove(place)
  }
}
