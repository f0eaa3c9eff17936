import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

const idBytes = 16
/** Asking for random bytes costs more than the rest of an id: they are fetched for many at a time. */
const pool = new Uint8Array(256 * idBytes)
let used = pool.length

/** A UUIDv7: unique, and ordered by its millisecond. */
export function newEventId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const random = pool.subarray(used, used + idBytes)
  used += idBytes
  return v7({ random })
}
