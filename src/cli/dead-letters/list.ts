import type { DeadLetterListOptions, DeadLetters } from '../../core/dead-letters.ts'
import { exitCodes } from '../failure.ts'
import { letterDetails, letterTable } from './pretty.ts'

/** Writes one page, and says how to get the next one. */
export async function listLetters(
  deadLetters: DeadLetters,
  options: DeadLetterListOptions,
  asJson: boolean,
): Promise<number> {
  const { letters, total, next } = await deadLetters.list(options)
  const lines = asJson ? letters.map((letter) => JSON.stringify(letter)) : letterTable(letters, process.stdout.columns)
  for (const line of lines) process.stdout.write(`${line}\n`)
  const more = next === undefined ? '' : `; the next: --after '${next}'`
  process.stderr.write(`event-bus: ${count(letters.length)} of ${letterCount(total)}${more}\n`)
  return exitCodes.done
}

/** Writes all that is known of some letters. */
export async function showLetters(deadLetters: DeadLetters, ids: readonly string[], asJson: boolean): Promise<number> {
  const { letters } = await deadLetters.list({ ids, limit: 10_000 })
  for (const letter of letters) {
    process.stdout.write(asJson ? `${JSON.stringify(letter)}\n` : `${letterDetails(letter).join('\n')}\n\n`)
  }
  const found = new Set(letters.map(({ id }) => id))
  return tellMissing(ids.filter((id) => !found.has(id)))
}

/** Names the ids that were not found; answers the exit code. */
export function tellMissing(missing: readonly string[]): number {
  for (const id of missing) process.stderr.write(`event-bus: there is no dead letter '${id}'\n`)
  return missing.length === 0 ? exitCodes.done : exitCodes.failed
}

export function count(value: number): string {
  return value.toLocaleString('en-US')
}

export function letterCount(value: number): string {
  return `${count(value)} dead letter${value === 1 ? '' : 's'}`
}
