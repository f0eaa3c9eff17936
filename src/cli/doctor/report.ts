import type { Finding, FindingStatus } from '../../rabbitmq/doctor/finding.ts'
import { printable } from '../printable.ts'

const marks: Readonly<Record<FindingStatus, string>> = { pass: 'ok  ', warn: 'warn', fail: 'FAIL' }

/** Findings as lines, and what they come to. */
export class Report {
  readonly #asJson: boolean
  readonly #counts: Record<FindingStatus, number> = { pass: 0, warn: 0, fail: 0 }

  constructor(asJson: boolean) {
    this.#asJson = asJson
  }

  get hasFailures(): boolean {
    return this.#counts.fail > 0
  }

  /** Counts the finding, and answers its text; `cluster` where there are several. */
  add(finding: Finding, cluster: string | undefined): string {
    this.#counts[finding.status]++
    if (this.#asJson) return JSON.stringify({ ...(cluster !== undefined && { cluster }), ...finding })
    const { check, status, seen, advice } = finding
    const where = cluster === undefined ? check : `${cluster}: ${check}`
    const lines = [`${marks[status]}  ${where}: ${seen}`, ...(advice === undefined ? [] : [`      -> ${advice}`])]
    return lines.map(printable).join('\n')
  }

  /** For people only: a program counts by itself. */
  get summary(): string | undefined {
    if (this.#asJson) return undefined
    const { pass, warn, fail } = this.#counts
    return `${pass + warn + fail} checks: ${pass} passed, ${warn} warned, ${fail} failed`
  }
}
