/** `warn`: works, but somebody should look. `fail`: does not do what it promises. */
export type HealthStatus = 'pass' | 'warn' | 'fail'

/** The state of one component, in the words of the health+json format. */
export interface HealthCheck {
  readonly status: HealthStatus
  /** What was seen, e.g. the state of a connection or the number of consumers. */
  readonly observedValue?: string | number
  /** Of what `observedValue` is a number: `events`, `consumers`. */
  readonly observedUnit?: string
  /** When it was seen, RFC 3339. */
  readonly time: string
  /** Why it is not as it should be, and what to do; on `pass` where that is so since a short while only. */
  readonly output?: string
}

/** The answer of `bus.healthCheck()`. */
export interface Health {
  /** The worst status of all checks. */
  readonly status: HealthStatus
  /** Whether all is there that the program asked for: connected once, every subscription `ready`, nothing that fails. */
  readonly ready: boolean
  /** By component, e.g. `connection:publish`, `exchange:appserver.events`, `subscription:billing:app.*`. */
  readonly checks: Readonly<Record<string, HealthCheck>>
}

const severity: Record<HealthStatus, number> = { pass: 0, warn: 1, fail: 2 }

/** One check, taken now. */
export function healthCheck(
  status: HealthStatus,
  observedValue?: string | number,
  output?: string,
  observedUnit?: string,
): HealthCheck {
  return {
    status,
    ...(observedValue === undefined ? {} : { observedValue }),
    ...(observedUnit === undefined ? {} : { observedUnit }),
    time: new Date().toISOString(),
    ...(output === undefined ? {} : { output }),
  }
}

export function isHealthCheck(value: unknown): value is HealthCheck {
  const { status } = (value ?? {}) as { status?: unknown }
  return typeof status === 'string' && Object.hasOwn(severity, status)
}

/** The checks with their worst status. `isComplete`: whether what no check tells is as it should be. */
export function summarize(checks: Readonly<Record<string, HealthCheck>>, isComplete = true): Health {
  const status = worstOf(Object.values(checks))?.status ?? 'pass'
  return { status, ready: isComplete && status !== 'fail', checks }
}

/** The first of the worst. */
export function worstOf<T extends { readonly status: HealthStatus }>(found: readonly T[]): T | undefined {
  return found.toSorted((one, other) => severity[other.status] - severity[one.status])[0]
}
