import type { Places, Stage } from './broker/stage.ts'
import type { Place } from './contenders/client.ts'
import { type ClientName, moduleOf } from './contenders/registry.ts'
import { processorSeconds } from './broker/processor-time.ts'
import { End, type Orders, type Patience } from './end/end.ts'
import type { ClientOrders, Done } from './end/orders.ts'

const clientProgram = new URL('end/main.ts', import.meta.url)

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
  readonly #ends: End<unknown>[] = []

  constructor(settings: SceneSettings, stage: Stage) {
    this.events = settings.events
    this.inFlight = settings.inFlight
    this.patience = settings.patience
    this.#stage = stage
  }

  /** An exchange of its own on the broker, and a queue for each handler. */
  place(handlers = 1): Place {
    return this.#stage.places(this.inFlight, 1, handlers)[0]
  }

  /** The same for several instances of one exchange. */
  places(instances: number): Places {
    return this.#stage.places(this.inFlight, instances, 1)
  }

  declare(place: Place, queueType: 'classic' | 'quorum'): Promise<void> {
    return this.#stage.declare(place, queueType)
  }

  /** Starts one end of a client; resolves when it is ready. */
  start(
    contender: ClientName,
    task: ClientOrders['task'],
    place: Place,
    changes: Partial<ClientOrders> = {},
  ): Promise<End<Done>> {
    const { events, inFlight } = this
    const orders = { module: moduleOf(contender), task, place, events, inFlight, ratePerSecond: 0, handlers: 1 }
    return this.startProgram<Done>(clientProgram, { ...orders, ...changes })
  }

  /** Starts a program that measures something else. */
  async startProgram<Found>(program: URL, orders: Orders): Promise<End<Found>> {
    const end = await End.start<Found>(program, orders, this.patience)
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
    await this.#stage.clear()
  }
}
