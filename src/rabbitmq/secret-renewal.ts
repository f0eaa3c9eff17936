import { asError, isEventBusError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { backoffMs, pause } from '../core/backoff.ts'
import { askCredentials, type Credentials } from './credentials.ts'
import type { Connection } from './driver.ts'
import type { RabbitmqSettings } from './options.ts'
import { withinLimit } from './within-limit.ts'

/** The parts of a secret's life after which the next one is asked for, and after which the connection ends without it. */
const renewAfter = 0.8
const endAfter = 0.95
const goodbyeMs = 1_000
/** Longer ones fire at once. */
const longestTimerMs = 2 ** 31 - 1

/**
 * Keeps the secret of one connection valid. RabbitMQ 3.10 leaves a connection alone whose token has expired, and within a
 * minute refuses all that is done on it; newer ones close it. So when no new secret comes in time the connection is
 * closed here, before the broker refuses an event, and the next one is made with other credentials.
 */
export class SecretRenewal {
  readonly #connection: Connection
  readonly #settings: RabbitmqSettings
  readonly #logger: Logger
  readonly #ended = new AbortController()

  constructor(connection: Connection, settings: RabbitmqSettings, logger: Logger) {
    this.#connection = connection
    this.#settings = settings
    this.#logger = logger
    void connection.lost.then(() => this.#ended.abort())
  }

  /** Resolves when the connection is gone, or has a secret that does not expire. Never rejects. */
  async run(first: Credentials): Promise<void> {
    let credentials: Credentials | undefined = first
    while (credentials?.expiresAt) {
      const now = Date.now()
      const lifeMs = credentials.expiresAt.getTime() - now
      await this.#pause(renewAfter * lifeMs)
      credentials = await this.#renew(credentials.user, now + endAfter * lifeMs)
    }
    if (credentials || this.#ended.signal.aborted) return
    this.#logger.info({}, 'A connection is made anew: its secret expires, and cannot be replaced')
    await this.#connection.close(Date.now() + goodbyeMs)
  }

  /** The credentials that the connection has then; `undefined` if it cannot be given any until the deadline. */
  async #renew(user: string, deadline: number): Promise<Credentials | undefined> {
    for (let attempt = 0; Date.now() < deadline && !this.#ended.signal.aborted; attempt++) {
      try {
        const next = await askCredentials(this.#settings, this.#ended.signal)
        // A secret can be replaced, a user cannot.
        if (next?.user !== user) return undefined
        await this.#give(next.password)
        return next
      } catch (error) {
        this.#failed(asError(error), attempt)
      }
      await this.#pause(Math.min(backoffMs(attempt, this.#settings.reconnect), deadline - Date.now()))
    }
    return undefined
  }

  #give(secret: string): Promise<void> {
    const { connectTimeoutMs } = this.#settings
    const late = `The broker did not take the new secret within ${connectTimeoutMs} ms`
    return withinLimit(this.#connection.renewSecret(secret), connectTimeoutMs, late)
  }

  #failed(cause: Error, attempt: number): void {
    if (this.#ended.signal.aborted) return
    const code = isEventBusError(cause) ? cause.code : undefined
    const message = `The secret of a connection expires soon, and cannot be renewed yet: ${cause.message}; trying again`
    this.#logger[attempt === 0 ? 'warn' : 'debug']({ code }, message)
  }

  #pause(ms: number): Promise<void> {
    return pause(Math.min(Math.max(ms, 0), longestTimerMs), this.#ended.signal)
  }
}
