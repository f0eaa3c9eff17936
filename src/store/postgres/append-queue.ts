import type { AppendedEvent } from '../../core/event-store.ts'
import { isEventBusError } from '../../core/errors.ts'
import type { EventRecord } from '../driver.ts'

type Write = (records: readonly EventRecord[], expectedVersion?: number) => Promise<readonly AppendedEvent[]>

interface Call {
  readonly records: readonly EventRecord[]
  readonly expectedVersion: number | undefined
  readonly bytes: number
  readonly resolve: (appended: readonly AppendedEvent[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Writes one batch at a time, since on the server they would wait for each other, each with a connection. What is appended
 * meanwhile goes along in the next: many small appends at once cost hardly more than few large ones.
 */
export class AppendQueue {
  readonly #write: Write
  readonly #limits: { readonly events: number; readonly bytes: number }
  #waiting: Call[] = []
  #isWriting = false

  constructor(write: Write, limits: { readonly events: number; readonly bytes: number }) {
    this.#write = write
    this.#limits = limits
  }

  append(records: readonly EventRecord[], expectedVersion: number | undefined): Promise<readonly AppendedEvent[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly AppendedEvent[]>()
    const bytes = records.reduce((sum, { json }) => sum + json.length, 0)
    this.#waiting.push({ records, expectedVersion, bytes, resolve, reject })
    if (!this.#isWriting) void this.#writeAll()
    return promise
  }

  /** Never rejects. */
  async #writeAll(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) await this.#writeTogether(this.#takeNext())
    this.#isWriting = false
  }

  /** As many calls as one batch takes; one that expects a version goes alone. */
  #takeNext(): Call[] {
    let events = 0
    let bytes = 0
    const fits = (call: Call, index: number): boolean => {
      events += call.records.length
      bytes += call.bytes
      if (index === 0) return true
      return call.expectedVersion === undefined && events <= this.#limits.events && bytes <= this.#limits.bytes
    }
    const isAlone = this.#waiting[0]?.expectedVersion !== undefined
    const end = isAlone ? 1 : this.#waiting.findIndex((call, index) => !fits(call, index))
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end)
  }

  async #writeTogether(calls: readonly Call[]): Promise<void> {
    try {
      const appended = await this.#write(
        calls.flatMap(({ records }) => records),
        calls[0]?.expectedVersion,
      )
      let first = 0
      for (const { records, resolve } of calls) resolve(appended.slice(first, (first += records.length)))
    } catch (error) {
      // What the database refuses may be the fault of one of them.
      if (calls.length > 1 && isEventBusError(error, 'STORE_FAILED')) return this.#writeEach(calls)
      for (const { reject } of calls) reject(error)
    }
  }

  async #writeEach(calls: readonly Call[]): Promise<void> {
    for (const call of calls) await this.#writeTogether([call])
  }
}
