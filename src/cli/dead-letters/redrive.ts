import type { DeadLetterChoice, DeadLetters, RedriveOptions, RedriveReport } from '../../core/dead-letters.ts'
import { exitCodes } from '../failure.ts'
import { printable } from '../printable.ts'
import { count, letterCount, tellMissing } from './list.ts'
import { LetterProgress } from './progress.ts'

const maxShown = 10

/** Redrives letters, with progress and a summary; answers the exit code. */
export async function redriveLetters(
  deadLetters: DeadLetters,
  choice: DeadLetterChoice,
  options: RedriveOptions,
  asJson: boolean,
): Promise<number> {
  const progress = new LetterProgress('redriven')
  let report: RedriveReport
  try {
    report = await deadLetters.redrive(choice, { ...options, onProgress: progress.onProgress })
  } finally {
    progress.end()
  }
  if (asJson) process.stdout.write(`${JSON.stringify(report)}\n`)
  tellFailures(report)
  const missing = tellMissing(report.missing)
  process.stderr.write(`event-bus: ${letterCount(report.redriven)} redriven, ${count(report.left)} left\n`)
  return report.failures.length > 0 ? exitCodes.failed : missing
}

function tellFailures({ failures }: RedriveReport): void {
  for (const { id, code, message } of failures.slice(0, maxShown)) {
    process.stderr.write(`event-bus: ${printable(id)}: ${code}: ${printable(message)}\n`)
  }
  if (failures.length > maxShown) {
    process.stderr.write(`event-bus: and ${count(failures.length - maxShown)} more; --json names all\n`)
  }
}
