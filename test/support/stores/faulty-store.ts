import type { BusEvent, EventStore } from '../../../src/index.ts'
import type { EventRecord } from '../../../src/store/driver.ts'
import { MemoryLog } from '../../../src/store/memory/event-log.ts'
import { memoryDriver } from '../../../src/store/memory/index.ts'
import { storeOn } from '../../../src/store/store-on.ts'

type Behaviour = { answers: true } | { answers: false; opened: Promise<void> } | { fails: Error }

/** An event store that fails, or does not answer, until it is told to work again. */
export class FaultyStore {
  readonly store: EventStore
  /** How many events each append was given, those that failed included. */
  readonly appends: number[] = []
  /** What is wrong with an event, if anything: the append that holds it fails. */
  faultOf: (record: EventRecord) => Error | undefined = () => undefined
  readonly #log = new MemoryLog()
  #behaviour: Behaviour = { answers: true }
  #open = (): void => {}

  constructor() {
    const driver = memoryDriver(this.#log)
    this.store = storeOn({
      ...driver,
      append: async (records, expectedVersion) => {
        this.appends.push(records.length)
        await this.#behave()
        for (const record of records) {
          const fault = this.faultOf(record)
          if (fault) throw fault
        }
        return driver.append(records, expectedVersion)
      },
    })
  }

  fail(error: Error): void {
    this.#behaviour = { fails: error }
  }

  /** What is appended now is answered when it works again. */
  hang(): void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#open = resolve
    this.#behaviour = { answers: false, opened: promise }
  }

  heal(): void {
    this.#behaviour = { answers: true }
    this.#open()
  }

  /** All that is recorded, in order. */
  async events(): Promise<BusEvent[]> {
    return (await Array.fromAsync(this.store.read())).map(({ event }) => event)
  }

  async ids(): Promise<string[]> {
    return (await this.events()).map(({ id }) => id)
  }

  async #behave(): Promise<void> {
    if ('fails' in this.#behaviour) throw this.#behaviour.fails
    if (!this.#behaviour.answers) await this.#behaviour.opened
  }
}
