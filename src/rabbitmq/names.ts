import { createHash } from 'node:crypto'
import type { Point } from '../core/transport.ts'

/** The ladder's routing key will carry a queue's name beside the delay, in 255 bytes. */
const maxBytes = 180

/** What the bus calls its things on the broker. All names start with the exchange's. */
export class Names {
  readonly exchange: string
  readonly deadLetters: string
  readonly scheduled: string

  constructor(exchange: string) {
    this.exchange = exchange
    this.deadLetters = `${exchange}:dead-letters`
    this.scheduled = `${exchange}:scheduled`
  }

  queueOf(point: Point, instance: string): string {
    return cut(
      point.kind === 'instance'
        ? `${this.exchange}:instance:${instance}`
        : `${this.exchange}:group:${point.group}:${point.pattern}`,
    )
  }

  /** The group that a queue belongs to, as far as its name says. */
  groupOf(queue: string): string | undefined {
    const prefix = `${this.exchange}:group:`
    return queue.startsWith(prefix) ? queue.slice(prefix.length).split(':', 1)[0] : undefined
  }

  /** The exclusive queue that the holder of an instance's name keeps. */
  lockOf(instance: string): string {
    return cut(`${this.exchange}:instance:${instance}:lock`)
  }
}

/** A longer name ends in a hash of the whole. */
function cut(name: string): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 32)
  const bytes = Buffer.from(name).subarray(0, maxBytes - hash.length - 1)
  // A character cut in half decodes to the replacement character.
  return `${bytes.toString().replace(/\uFFFD+$/, '')}~${hash}`
}
