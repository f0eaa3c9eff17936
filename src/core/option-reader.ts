import { EventBusError } from './errors.ts'

interface NumberRule {
  readonly default: number
  readonly min: number
  readonly max: number
}

/**
 * Reads the options of one call, once, at the door. Each mistake is `OPTION_INVALID` with the option's name, the kind of
 * the value (never the value: it may be a secret) and what is allowed.
 */
export class OptionReader {
  readonly #owner: string
  readonly #options: Record<string, unknown>

  constructor(owner: string, options: unknown, known: readonly string[]) {
    this.#owner = owner
    this.#options = this.#asRecord(options)
    for (const name of Object.keys(this.#options)) {
      if (!known.includes(name)) throw this.refuse(name, 'is not an option', `one of ${known.join(', ')}`)
    }
  }

  /** The error for an option that breaks a rule of its own. */
  refuse(name: string, what: string, allowed: string): EventBusError {
    return new EventBusError('OPTION_INVALID', `${this.#owner}: '${name}' ${what}; allowed: ${allowed}`)
  }

  has(name: string): boolean {
    return this.#options[name] !== undefined
  }

  value(name: string): unknown {
    return this.#options[name]
  }

  integer(name: string, rule: NumberRule): number {
    return this.#number(name, rule, 'an integer', Number.isInteger)
  }

  /** A number of milliseconds or seconds that may have a fraction. */
  duration(name: string, rule: NumberRule): number {
    return this.#number(name, rule, 'a number', Number.isFinite)
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.#options[name] ?? fallback
    if (typeof value !== 'boolean') throw this.#wrongKind(name, value, 'true or false')
    return value
  }

  string(name: string): string | undefined {
    const value = this.#options[name]
    if (value === undefined) return undefined
    if (typeof value !== 'string' || value === '') throw this.#wrongKind(name, value, 'a string that is not empty')
    return value
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const value = this.#options[name] ?? fallback
    const found = allowed.find((candidate) => candidate === value)
    if (found === undefined) throw this.#wrongKind(name, value, allowed.map((one) => `'${one}'`).join(' or '))
    return found
  }

  instance<T>(name: string, kind: string, is: (value: unknown) => value is T): T | undefined {
    const value = this.#options[name]
    if (value === undefined) return undefined
    if (!is(value)) throw this.#wrongKind(name, value, kind)
    return value
  }

  #number(
    name: string,
    { default: fallback, min, max }: NumberRule,
    kind: string,
    is: (value: number) => boolean,
  ): number {
    const value = this.#options[name] ?? fallback
    const allowed = `${kind} from ${min} to ${max}`
    if (typeof value !== 'number' || !is(value)) throw this.#wrongKind(name, value, allowed)
    if (value < min || value > max) throw this.refuse(name, 'is out of range', allowed)
    return value
  }

  #wrongKind(name: string, value: unknown, allowed: string): EventBusError {
    return this.refuse(name, `is ${kindOf(value)}`, allowed)
  }

  #asRecord(options: unknown): Record<string, unknown> {
    if (options === undefined) return {}
    if (typeof options === 'object' && options !== null && !Array.isArray(options))
      return options as Record<string, unknown>
    throw new EventBusError('OPTION_INVALID', `${this.#owner}: the options are ${kindOf(options)}; allowed: an object`)
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === '') return 'an empty string'
  if (Array.isArray(value)) return 'an array'
  const kind = typeof value
  return kind === 'object' || kind === 'undefined' ? `an ${kind}`.replace('an undefined', 'undefined') : `a ${kind}`
}
