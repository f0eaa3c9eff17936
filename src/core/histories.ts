import { EventBusError } from './errors.ts'
import type { EventStore } from './event-store.ts'
import type { HealthCheck } from './health.ts'
import { storeMissing } from './history-errors.ts'
import { HistoryReader } from './history-reader.ts'
import type { BusSettings, SubscribeSettings } from './options.ts'
import type { Quarantine } from './quarantine.ts'

/** With the instance's name before it, a checkpoint's name fits into every store. */
const maxNameBytes = 100
const recordingLimitMs = 10_000

/** What reads the store for the subscriptions of one bus. */
export class Histories {
  readonly #settings: BusSettings
  readonly #quarantine: Quarantine
  readonly #readers = new Set<HistoryReader>()

  constructor(settings: BusSettings, quarantine: Quarantine) {
    this.#settings = settings
    this.#quarantine = quarantine
  }

  /** Resolves when all readers that were stopped have finished. */
  get ended(): Promise<unknown> {
    return Promise.all(Array.from(this.#readers, ({ ended }) => ended))
  }

  /** By component. */
  get checks(): Record<string, HealthCheck> {
    const running = [...this.#readers].filter(({ isStopped }) => !isStopped)
    return Object.fromEntries(running.map((reader) => [`history:${reader.name}`, reader.check()]))
  }

  /** By the name of the reader: about how many events of the store it has not done yet. */
  get behind(): ReadonlyMap<string, number> {
    const running = [...this.#readers].filter(({ isStopped }) => !isStopped)
    return new Map(running.flatMap(({ name, behind }) => (behind === undefined ? [] : [[name, behind]])))
  }

  /** Refuses what cannot be, before anything is started: `STORE_MISSING`, `OPTION_INVALID`, `HANDLER_NAME_IN_USE`. */
  assertPossible(patterns: readonly string[], settings: SubscribeSettings): void {
    if (settings.from === undefined) return
    this.#store.read({ pattern: patterns })
    const name = this.#checkpointOf(settings)
    if (name === undefined) return
    for (const { checkpoint, isStopped } of this.#readers) if (checkpoint === name && !isStopped) throw nameInUse(name)
  }

  /** A reader for a subscription that wants one, known by this name. */
  readerFor(name: string, patterns: readonly string[], settings: SubscribeSettings): HistoryReader | undefined {
    const { from, concurrency } = settings
    if (from === undefined) return undefined
    const checkpoint = this.#checkpointOf(settings)
    const { logger, instance } = this.#settings
    const reader = new HistoryReader({
      name,
      patterns,
      from,
      checkpoint,
      crashes: `crashes:${instance}:${settings.name}`,
      concurrency,
      recordingLimitMs,
      store: this.#store,
      quarantine: this.#quarantine,
      logger,
    })
    this.#readers.add(reader)
    void reader.ended.then(() => this.#readers.delete(reader))
    return reader
  }

  get #store(): EventStore {
    if (!this.#settings.store) throw storeMissing("subscribe with 'from'")
    return this.#settings.store
  }

  /** Every instance has a place of its own: each handles all events. */
  #checkpointOf({ name }: SubscribeSettings): string | undefined {
    if (name === undefined) return undefined
    if (Buffer.byteLength(name) > maxNameBytes) throw nameTooLong()
    const { instance, instanceIsGenerated } = this.#settings
    if (instanceIsGenerated) throw instanceMissing(name)
    return `subscription:${instance}:${name}`
  }
}

function nameInUse(name: string): EventBusError {
  const message = `The checkpoint '${name}' belongs to another subscription of this bus; give this one a 'name' of its own`
  return new EventBusError('HANDLER_NAME_IN_USE', message)
}

function nameTooLong(): EventBusError {
  const message = `subscribe: 'name' is too long for a checkpoint; allowed beside 'from': up to ${maxNameBytes} bytes`
  return new EventBusError('OPTION_INVALID', message)
}

function instanceMissing(name: string): EventBusError {
  const message = `subscribe: 'name' ('${name}') beside 'from' keeps a checkpoint, and this bus has no name to find it again by: give createEventBus an 'instance' that stays, or leave 'name' out to begin at 'from' every time`
  return new EventBusError('OPTION_INVALID', message)
}
