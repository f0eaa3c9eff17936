import type { ComponentCheck } from './api.ts'
import { asError } from './errors.ts'
import { type HealthCheck, healthCheck, isHealthCheck } from './health.ts'
import { settledBy } from './settled.ts'

/** The health of what belongs to a bus and is not its transport. */
export class ComponentChecks {
  readonly #checks = new Map<string, ComponentCheck>()

  /** The function that it returns takes it away again; a later one of the same name takes its place. */
  add(name: string, check: ComponentCheck): () => void {
    this.#checks.set(name, check)
    return () => {
      if (this.#checks.get(name) === check) this.#checks.delete(name)
    }
  }

  /** Answers within the limit: what has not answered by then fails. */
  async take(timeoutMs: number): Promise<Record<string, HealthCheck>> {
    const taken = Array.from(this.#checks, async ([name, check]) => [name, await guarded(check, timeoutMs)] as const)
    return Object.fromEntries(await Promise.all(taken))
  }
}

async function guarded(check: ComponentCheck, timeoutMs: number): Promise<HealthCheck> {
  const answering = answerOf(check)
  if (!(await settledBy(answering, Date.now() + timeoutMs))) return failed(`did not answer within ${timeoutMs} ms`)
  try {
    const answer = await answering
    return isHealthCheck(answer) ? answer : failed("answered without a 'status' of pass, warn or fail")
  } catch (error) {
    return failed(`itself failed: ${asError(error).message}`)
  }
}

/** Asynchronous, so that one that throws rejects. */
async function answerOf(check: ComponentCheck): Promise<unknown> {
  return check()
}

function failed(how: string): HealthCheck {
  return healthCheck('fail', undefined, `The check ${how}`)
}
