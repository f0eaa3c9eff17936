/** `warn`: works, but somebody should look. `fail`: does not do what it promises. */
export type HealthStatus = 'pass' | 'warn' | 'fail'

/** The state of one component, in the words of the health+json format. */
export interface HealthCheck {
  readonly status: HealthStatus
  /** What was seen, e.g. the state of a connection or the number of consumers. */
  readonly observedValue?: string | number
  /** When it was seen, RFC 3339. */
  readonly time: string
  /** Why it is not `pass`, and what to do. */
  readonly output?: string
}

/** The answer of `bus.healthCheck()`. */
export interface Health {
  /** The worst status of all checks. */
  readonly status: HealthStatus
  /** By component, e.g. `connection:publish`, `exchange:appserver.events`, `subscription:billing:app.*`. */
  readonly checks: Readonly<Record<string, HealthCheck>>
}

const severity: Record<HealthStatus, number> = { pass: 0, warn: 1, fail: 2 }

/** One check, taken now. */
export function healthCheck(status: HealthStatus, observedValue?: string | number, output?: string): HealthCheck {
  return {
    status,
    ...(observedValue === undefined ? {} : { observedValue }),
    time: new Date().toISOString(),
    ...(output === undefined ? {} : { output }),
  }
}

/** The checks with their worst status. */
export function summarize(checks: Readonly<Record<string, HealthCheck>>): Health {
  const worst = Object.values(checks).reduce<HealthStatus>(
    (status, check) => (severity[check.status] > severity[status] ? check.status : status),
    'pass',
  )
  return { status: worst, checks }
}
