let nowMs = 0
let isKnown = false

function forget(): void {
  isKnown = false
}

/**
 * Monotonic milliseconds, read once for all that happens in one turn of the event loop: asking the clock for every event
 * costs more than counting it. At the most as old as the turn, or as the last `exactTime` in it.
 */
export function turnTime(): number {
  return isKnown ? nowMs : exactTime()
}

/** Monotonic milliseconds, read now: for what may have taken its time within the turn. */
export function exactTime(): number {
  nowMs = performance.now()
  if (!isKnown) {
    isKnown = true
    setImmediate(forget)
  }
  return nowMs
}
