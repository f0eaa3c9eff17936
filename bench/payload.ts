/** What every event carries, through every client. */
export interface Data {
  readonly number: number
  /** When it was sent, in microseconds of a clock that all processes of a machine share. */
  readonly sentAt: number
  readonly text: string
}

const jsonBytes = 300
// Numbers of always the same length, so that every event is of the same size.
const firstNumber = 1_000_000
const clockStart = 1_000_000_000_000_000
const text = 'x'.repeat(jsonBytes - JSON.stringify({ number: firstNumber, sentAt: clockStart, text: '' }).length)

/** The data of an event: 300 bytes as JSON. */
export function dataOf(number: number, sentAt: number = clockStart): Data {
  return { number: firstNumber + number, sentAt, text }
}

/** Microseconds since some moment, the same one in every process. */
export function sharedClock(): number {
  return clockStart + Number(process.hrtime.bigint() / 1_000n)
}
