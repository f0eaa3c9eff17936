import { type Clock, systemClock, type Timer } from './clock.ts'
import type { Logger } from './logger.ts'

/** The same line is written at most once in so long. */
const windowMs = 10_000

/** So many different lines are remembered; of more, the oldest ones are written again sooner. */
const maxLines = 200

/** An error's message can hold anything; so much of it tells one error from another. */
const maxKeyLength = 1_000

/**
 * A logger that holds back what it has just written. What was held back is written as one line at the end of the time:
 * the last of them, with `held_back`, how many they were, and `last_at`, when that last one was.
 */
export interface LimitedLogger extends Logger {
  /** The logger behind it, for lines that each count: those of handlers. */
  readonly unlimited: Logger
  /** Writes now what is held back. */
  flush(): void
}

type Level = Exclude<keyof Logger, 'debug'>

interface Line {
  readonly level: Level
  readonly timer: Timer
  held: number
  last: { readonly fields: object; readonly message: string; readonly at: Date } | undefined
}

/**
 * Lines are the same when level, message and error are, and all that their fields name: handler, event type, queue,
 * connection, code and the like. The event's id is not part of it: a handler that fails for every event floods, too.
 */
export function limited(logger: Logger, clock: Clock = systemClock): LimitedLogger {
  const limit = new LogLimit(logger, clock)
  const write = (level: Level) => (fields: object, message: string) => limit.write(level, fields, message)
  return {
    unlimited: logger,
    debug: (fields, message) => logger.debug(fields, message),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    flush: () => limit.flush(),
  }
}

class LogLimit {
  readonly #logger: Logger
  readonly #clock: Clock
  /** The lines of the last `windowMs`, oldest first. */
  readonly #lines = new Map<string, Line>()

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger
    this.#clock = clock
  }

  write(level: Level, fields: object, message: string): void {
    const key = keyOf(level, fields, message)
    const line = this.#lines.get(key)
    if (line) {
      line.held++
      line.last = { fields, message, at: new Date() }
      return
    }
    this.#remember(key, level)
    this.#logger[level](fields, message)
  }

  flush(): void {
    for (const key of this.#lines.keys()) this.#forget(key)
  }

  #remember(key: string, level: Level): void {
    const [oldest] = this.#lines.keys()
    if (oldest !== undefined && this.#lines.size >= maxLines) this.#forget(oldest)
    const timer = this.#clock.setTimeout(() => {
      // What goes on is a line again, once in every window.
      if (this.#forget(key)) this.#remember(key, level)
    }, windowMs)
    timer.unref()
    this.#lines.set(key, { level, timer, held: 0, last: undefined })
  }

  /** Answers whether there was something to tell. */
  #forget(key: string): boolean {
    const line = this.#lines.get(key)
    this.#lines.delete(key)
    line?.timer.cancel()
    if (!line?.last) return false
    const { level, held, last } = line
    this.#logger[level]({ ...last.fields, held_back: held, last_at: last.at.toISOString() }, last.message)
    return true
  }
}

function keyOf(level: Level, fields: object, message: string): string {
  const { err, event_id: id, ...named } = fields as Record<string, unknown>
  const names = Object.entries(named).filter(([, value]) => typeof value === 'string')
  const texts = [message, ...nameOf(err)].map((text) => without(id, text))
  return JSON.stringify([level, names, texts]).slice(0, maxKeyLength)
}

/** Some lines name their event in the text, too. */
function without(id: unknown, text: string): string {
  return typeof id === 'string' && id !== '' ? text.replaceAll(id, '') : text
}

function nameOf(err: unknown): readonly string[] {
  if (!(err instanceof Error)) return []
  return [err.name, (err as { code?: unknown }).code, err.message].map(String)
}
