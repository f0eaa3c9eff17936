import { isEventBusError } from '../core/errors.ts'
import { neverUnhandled } from '../core/settled.ts'
import type { Cluster } from './cluster.ts'
import type { Copies, Copy } from './copies.ts'
import type { Home } from './home.ts'

/**
 * One event that is safe as soon as one cluster has confirmed it as its home. `spread`: all targets have a copy from the
 * start, and keep it. Otherwise there is one copy, which goes after the home when that moves.
 */
export class PublishToHome {
  readonly #copies: Copies
  readonly #targets: readonly Cluster[]
  readonly #homes: Home
  readonly #spread: boolean
  readonly #safe = Promise.withResolvers<void>()
  /** Those that were its home at some time. */
  readonly #tried = new Set<Cluster>()
  #home: Cluster | undefined
  #copy: Copy | undefined

  constructor(copies: Copies, targets: readonly Cluster[], homes: Home, spread: boolean) {
    this.#copies = copies
    this.#targets = targets
    this.#homes = homes
    this.#spread = spread
  }

  /** Rejects as one cluster does, or with `PARTIALLY_PUBLISHED` if it is somewhere, and not safe. */
  async run(): Promise<void> {
    const home = this.#homes.among(this.#targets)
    this.#settleAt(home)
    if (this.#spread) for (const other of this.#targets) if (other !== home) this.#copies.send(other, home)
    const ending = await this.#copies.wait(neverUnhandled(this.#safe.promise))
    if (ending === 'settled') return this.#safe.promise
    await this.#copies.takeBack()
    // What was confirmed in the last moment is.
    const error = this.#copies.errorAfter(ending)
    if (error) throw error
  }

  /** The home has moved. */
  moved(): void {
    this.#settleAt(this.#homes.among(this.#targets))
  }

  #settleAt(home: Cluster): void {
    if (home === this.#home) return
    if (!this.#spread) this.#copy?.takeBack()
    this.#home = home
    this.#tried.add(home)
    this.#copy = this.#copies.send(home, home)
    this.#copy.confirmed.then(this.#safe.resolve, (error: unknown) => this.#failedAt(home, error))
  }

  #failedAt(home: Cluster, error: unknown): void {
    if (home !== this.#home) return
    if (isAboutTheEvent(error)) return this.#safe.reject(error)
    const next = this.#nextHome()
    if (next) this.#settleAt(next)
    else this.#safe.reject(this.#copies.errorAfter('settled') ?? error)
  }

  #nextHome(): Cluster | undefined {
    const untried = this.#targets.filter((one) => !this.#tried.has(one))
    return untried.find((one) => this.#copies.hasConfirmed(one)) ?? untried.find(isOpen) ?? untried[0]
  }
}

/** Then every cluster would say the same. */
function isAboutTheEvent(error: unknown): boolean {
  return isEventBusError(error, 'EVENT_TOO_LARGE') || isEventBusError(error, 'PUBLISH_UNROUTABLE')
}

function isOpen({ status }: Cluster): boolean {
  return status === 'open'
}
