import type { DeadLetterChoice, DeadLetters, DiscardReport } from '../../core/dead-letters.ts'
import { asks } from '../asks.ts'
import { exitCodes, UsageError } from '../failure.ts'
import { letterCount, tellMissing } from './list.ts'
import { LetterProgress } from './progress.ts'

/** Throws `UsageError` where nobody can be asked. */
export function assertCanAsk(): void {
  if (process.stdin.isTTY && process.stderr.isTTY) return
  throw new UsageError('discard deletes letters for good, and there is no terminal to ask on: give --yes')
}

/** Discards letters, if somebody agrees, with progress and a summary; answers the exit code. */
export async function discardLetters(
  deadLetters: DeadLetters,
  choice: DeadLetterChoice,
  signal: AbortSignal,
  isAgreed: boolean,
  asJson: boolean,
): Promise<number> {
  if (!isAgreed && !(await agrees(deadLetters, choice, signal))) {
    process.stderr.write('event-bus: nothing was discarded\n')
    return exitCodes.failed
  }
  const report = await discard(deadLetters, choice, signal)
  if (asJson) process.stdout.write(`${JSON.stringify(report)}\n`)
  const missing = tellMissing(report.missing)
  process.stderr.write(`event-bus: ${letterCount(report.discarded)} discarded\n`)
  return missing
}

async function discard(
  deadLetters: DeadLetters,
  choice: DeadLetterChoice,
  signal: AbortSignal,
): Promise<DiscardReport> {
  const progress = new LetterProgress('discarded')
  try {
    return await deadLetters.discard(choice, { signal, onProgress: progress.onProgress })
  } finally {
    progress.end()
  }
}

async function agrees(deadLetters: DeadLetters, choice: DeadLetterChoice, signal: AbortSignal): Promise<boolean> {
  const { all: _all, ...filter } = choice
  const { total } = await deadLetters.list({ ...filter, limit: 1 })
  if (total === 0) return true
  return asks(`Discard ${letterCount(total)} for good? [y/N] `, signal)
}
