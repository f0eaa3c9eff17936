import { setImmediate } from 'node:timers/promises'
import type { EventInput } from '../core/event.ts'
import { type Fault, faultOf } from './failure.ts'

/** One event of many. */
export interface Item {
  /** Its line, or its place in an array: what errors call it. */
  readonly number: number
  readonly bytes: number
  /** Throws if it is no event. */
  read(): EventInput
}

/** What became of it. */
export type Result = { readonly item: Item } & ({ readonly id: string } | { readonly fault: Fault })

export interface PublishEachOptions {
  readonly publish: (event: EventInput) => Promise<{ readonly id: string }>
  readonly onResult: (result: Result) => void
  /** Whether a fault ends the whole: no further event is started then. */
  readonly endsWith: (fault: Fault) => boolean
  readonly signal?: AbortSignal
}

/** So many events, and about so many bytes of them, are in flight at the most. */
const maxEvents = 500
const maxBytes = 16 * 1024 * 1024

/** After so many, others have a turn: memory confirms at once, and its handlers would fall behind more and more. */
const turnEvents = 50

/** Publishes events in their order, a window of them at a time. Resolves when all that were started are settled. */
export async function publishEach(
  items: AsyncIterable<Item> | Iterable<Item>,
  options: PublishEachOptions,
): Promise<void> {
  const room = new Room()
  let started = 0
  let isOver = false
  const settle = (result: Result): void => {
    room.leave(result.item.bytes)
    if ('fault' in result && options.endsWith(result.fault)) isOver = true
    options.onResult(result)
  }
  try {
    for await (const item of items) {
      await room.forMore(item.bytes)
      if (isOver || options.signal?.aborted) break
      room.enter(item.bytes)
      void publishOne(item, options).then(settle)
      if (++started % turnEvents === 0) await setImmediate()
    }
  } finally {
    await room.empty()
  }
}

async function publishOne(item: Item, { publish }: PublishEachOptions): Promise<Result> {
  try {
    const { id } = await publish(item.read())
    return { item, id }
  } catch (error) {
    return { item, fault: faultOf(error) }
  }
}

/** Counts what is in flight, for one who enters. */
class Room {
  #events = 0
  #bytes = 0
  #whenChanged: (() => void) | undefined

  /** Resolves when there is room; for an event of any size when nothing else is in flight. */
  async forMore(bytes: number): Promise<void> {
    while (this.#events > 0 && (this.#events >= maxEvents || this.#bytes + bytes > maxBytes)) await this.#change()
  }

  enter(bytes: number): void {
    this.#events++
    this.#bytes += bytes
  }

  leave(bytes: number): void {
    this.#events--
    this.#bytes -= bytes
    this.#whenChanged?.()
  }

  async empty(): Promise<void> {
    while (this.#events > 0) await this.#change()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#whenChanged = resolve))
  }
}
