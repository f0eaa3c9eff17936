import type { Health, HealthCheck, HealthStatus } from './health.ts'

/** One component, as `application/health+json` has it. */
export interface ComponentHealth extends HealthCheck {
  /** `datastore` for what records, else `component`. */
  readonly componentType: 'component' | 'datastore'
}

/**
 * The body of `application/health+json` (draft-inadarei-api-health-check): an array for each component, since there might
 * be several of a kind.
 */
export interface HealthBody {
  readonly status: HealthStatus
  /** Why it is `fail` though no component is. */
  readonly output?: string
  readonly checks: Readonly<Record<string, readonly ComponentHealth[]>>
}

/** What a server answers to a probe. */
export interface HealthResponse {
  /** 200, or 503 for what should get no requests now. */
  readonly statusCode: 200 | 503
  /** `application/health+json` */
  readonly contentType: string
  readonly body: HealthBody
}

export const healthType = 'application/health+json'

/**
 * What `GET /readyz` answers of the health of a bus: 200 while it is `ready`, with `warn` too, else 503. For servers of
 * your own; `event-bus serve` does the same.
 */
export function healthResponse({ status, ready, checks }: Health): HealthResponse {
  const shown = Object.entries(checks).map(([name, check]) => [name, [shownOf(name, check)]] as const)
  const found = Object.fromEntries(shown)
  if (ready) return { statusCode: 200, contentType: healthType, body: { status, checks: found } }
  const output = status === 'fail' ? {} : { output: 'Not connected yet, or not every subscription is ready.' }
  return { statusCode: 503, contentType: healthType, body: { status: 'fail', ...output, checks: found } }
}

/** The format has no reasons for what passes. */
function shownOf(name: string, check: HealthCheck): ComponentHealth {
  const { output, ...rest } = check
  const componentType = /^(store|recorder):/.test(name) ? 'datastore' : 'component'
  return { componentType, ...rest, ...(check.status === 'pass' || output === undefined ? {} : { output }) }
}
