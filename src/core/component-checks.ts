import { asError } from './errors.ts'
import { type HealthCheck, healthCheck } from './health.ts'

/** The health of what belongs to a bus and is not its transport. */
export class ComponentChecks {
  readonly #checks = new Map<string, () => HealthCheck>()

  /** The function that it returns takes it away again; a later one of the same name takes its place. */
  add(name: string, check: () => HealthCheck): () => void {
    this.#checks.set(name, check)
    return () => {
      if (this.#checks.get(name) === check) this.#checks.delete(name)
    }
  }

  take(): Record<string, HealthCheck> {
    return Object.fromEntries(Array.from(this.#checks, ([name, check]) => [name, guarded(check)]))
  }
}

function guarded(check: () => HealthCheck): HealthCheck {
  try {
    return check()
  } catch (error) {
    return healthCheck('fail', undefined, `The check itself failed: ${asError(error).message}`)
  }
}
