import type { Recordable, Refusal } from './append-batch.ts'
import { isEventBusError } from './errors.ts'
import type { BusEvent } from './event.ts'
import type { EventStore } from './event-store.ts'
import { type HealthCheck, healthCheck } from './health.ts'
import type { Logger } from './logger.ts'
import type { RecordingMeasurements } from './measurements.ts'
import { PublishOrder } from './publish-order.ts'
import { Recorder } from './recorder.ts'
import type { RecordingSettings } from './recording-options.ts'
import type { DueEvent, PublishRequest } from './transport.ts'

const logEveryMs = 30_000

/**
 * Records what one bus has published, after the confirm. Publishing never waits for it and never fails by it. Beyond the
 * bounds the newest are given up: what is recorded then is a history without a hole up to the moment when too much waited.
 */
export class PublishRecorder {
  /** Of the health check. */
  readonly name: string
  readonly #storeName: string
  readonly #settings: RecordingSettings
  readonly #logger: Logger
  readonly #order: PublishOrder<PublishRequest> = new PublishOrder((request) => this.#add(request))
  readonly #recorder: Recorder<PublishedEvent>
  #givenUp = 0
  /** How many of them stand in no log line yet. */
  #untold = 0
  #toldAt = -Infinity
  /** Events were given up, and what waited at that time still waits. */
  #isOverwhelmed = false

  constructor(store: EventStore, settings: RecordingSettings, logger: Logger) {
    this.name = `store:${store.name}`
    this.#storeName = store.name
    this.#settings = settings
    this.#logger = logger
    const listener = { recorded: () => this.#recorded(), refused: (one: Refusal<PublishedEvent>) => this.#refused(one) }
    this.#recorder = new Recorder(store, listener, logger)
  }

  /** Publishes, and records what was confirmed: also what only some of several clusters have. */
  async follow(request: PublishRequest, publish: () => Promise<void>): Promise<void> {
    const expected = this.#order.expect(request)
    try {
      await publish()
      expected.confirmed()
    } catch (error) {
      if (isEventBusError(error, 'PARTIALLY_PUBLISHED')) expected.confirmed()
      else expected.failed()
      throw error
    }
  }

  /** A scheduled event was published: it is history from now on. */
  fellDue(due: DueEvent): void {
    this.#add(due)
  }

  check(): HealthCheck {
    const { status, observedValue, output } = this.#recorder.check()
    const givenUp = this.#givenUp === 0 ? [] : [`${this.#givenUp} events were not recorded since the bus was made.`]
    const told = [...(output === undefined ? [] : [output]), ...givenUp].join(' ')
    return healthCheck(this.#isOverwhelmed ? 'warn' : status, observedValue, told || undefined)
  }

  measure(): RecordingMeasurements {
    const measured = this.#recorder.measure()
    const waitingEvents = measured.waitingEvents + this.#order.held
    return { ...measured, waitingEvents, notRecorded: this.#givenUp }
  }

  /** Records what waits, until `deadline` (ms since the epoch); answers how many events the store does not have, in all. */
  async close(deadline: number): Promise<number> {
    this.#order.release()
    await this.#recorder.flush(deadline)
    this.#recorder.stop()
    this.#tell()
    return this.#givenUp + this.#recorder.size
  }

  #add({ event, dataJson }: DueEvent): void {
    const published = new PublishedEvent(event, dataJson)
    if (this.#hasRoomFor(published)) this.#recorder.add(published)
    else this.#giveUp()
  }

  #hasRoomFor({ bytes }: PublishedEvent): boolean {
    const { size, isStopped } = this.#recorder
    if (isStopped || size >= this.#settings.maxWaitingEvents) return false
    return size === 0 || this.#recorder.bytes + bytes <= this.#settings.maxWaitingBytes
  }

  #giveUp(): void {
    this.#isOverwhelmed = true
    this.#givenUp++
    this.#untold++
    if (performance.now() - this.#toldAt >= logEveryMs) this.#tell()
  }

  #recorded(): void {
    if (!this.#isOverwhelmed || this.#recorder.size > 0) return
    this.#isOverwhelmed = false
    this.#tell()
  }

  #refused({ entry, cause }: Refusal<PublishedEvent>): void {
    this.#givenUp++
    const { id: event_id, type: event_type } = entry.event
    const name = this.#storeName
    this.#logger.error({ store: name, event_type, event_id, err: cause }, `The store '${name}' refuses an event`)
  }

  #tell(): void {
    if (this.#untold === 0) return
    const name = this.#storeName
    const fields = { store: name, not_recorded: this.#untold, not_recorded_in_all: this.#givenUp }
    this.#logger.error(fields, `${this.#untold} events were not recorded: too many wait for the store '${name}'`)
    this.#untold = 0
    this.#toldAt = performance.now()
  }
}

/** About how much memory an event takes without its data. */
const envelopeBytes = 500

/** An event with its data as it was when it was published, whatever the publisher has made of the object since. */
class PublishedEvent implements Recordable {
  readonly bytes: number
  readonly #envelope: Omit<BusEvent, 'data'>
  readonly #dataJson: string | undefined

  constructor(event: BusEvent, dataJson: string | undefined) {
    const { data: _data, ...envelope } = event
    this.bytes = envelopeBytes + (dataJson?.length ?? 0)
    this.#envelope = envelope
    this.#dataJson = dataJson
  }

  get event(): BusEvent {
    const data: unknown = this.#dataJson === undefined ? undefined : JSON.parse(this.#dataJson)
    return { ...this.#envelope, data }
  }
}
