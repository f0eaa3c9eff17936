import { randomFillSync } from 'node:crypto'

const randomBytes = 10
const randomDigits = 2 * randomBytes
/** Asking for random bytes costs more than the rest of an id: they are fetched for many at a time. */
const pool = Buffer.alloc(256 * randomBytes)
let digits = ''
let used = 0
let presentMs = -1
let presentDigits = ''

/** A UUIDv7: unique, and ordered by its millisecond. https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7 */
export function newEventId(): string {
  if (used === digits.length) refill()
  const at = used
  used += randomDigits
  return `${timeDigits()}-${digits.slice(at, at + 4)}-${digits.slice(at + 4, at + 8)}-${digits.slice(at + 8, used)}`
}

/** The part that is random, with the bits that say version and variant in their places. */
function refill(): void {
  randomFillSync(pool)
  for (let at = 0; at < pool.length; at += randomBytes) {
    pool[at] = 0x70 | ((pool[at] as number) & 0x0f)
    pool[at + 2] = 0x80 | ((pool[at + 2] as number) & 0x3f)
  }
  digits = pool.toString('hex')
  used = 0
}

/** Written once for all ids of a millisecond. */
function timeDigits(): string {
  const nowMs = Date.now()
  if (nowMs !== presentMs) {
    const all = nowMs.toString(16).padStart(12, '0')
    presentDigits = `${all.slice(0, 8)}-${all.slice(8)}`
    presentMs = nowMs
  }
  return presentDigits
}
