import { parseArgs } from 'node:util'
import { nearest } from '../catalog/nearest.ts'
import { UsageError } from './failure.ts'

export interface OptionSpec {
  /** What stands for the value in the help; a switch has none. */
  readonly value?: string
  readonly short?: string
  /** The environment variable that is read where the flag is not given. */
  readonly env?: string
  readonly default?: string
  readonly help: string
}

export type OptionSpecs<N extends string = string> = Readonly<Record<N, OptionSpec>>

type Origin = 'flag' | 'environment' | 'default'

interface Given {
  readonly text: string
  readonly origin: Origin
}

/** The arguments of one call: flags first, then the environment, then defaults. */
export class Arguments<N extends string> {
  readonly positionals: readonly string[]
  readonly #given: ReadonlyMap<string, Given>
  readonly #specs: OptionSpecs<N>

  constructor(positionals: readonly string[], given: ReadonlyMap<string, Given>, specs: OptionSpecs<N>) {
    this.positionals = positionals
    this.#given = given
    this.#specs = specs
  }

  text(name: N): string | undefined {
    return this.#given.get(name)?.text
  }

  /** The value of an option that has a default. */
  required(name: N): string {
    return this.text(name) ?? ''
  }

  flag(name: N): boolean {
    return this.#given.has(name)
  }

  origin(name: N): Origin | undefined {
    return this.#given.get(name)?.origin
  }

  integer(name: N, min: number, max: number): number {
    const text = this.required(name)
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new UsageError(`${this.label(name)} must be a whole number from ${min} to ${max}`)
  }

  oneOf<T extends string>(name: N, allowed: readonly T[]): T | undefined {
    const text = this.text(name)
    const found = allowed.find((one) => one === text)
    if (text !== undefined && found === undefined) {
      throw new UsageError(`${this.label(name)} must be ${allowed.join(' or ')}`)
    }
    return found
  }

  /** What the person wrote, to name it in errors. */
  label(name: N): string {
    return this.origin(name) === 'environment' ? (this.#specs[name].env ?? name) : `--${name}`
  }
}

/** Throws `UsageError` for what no option allows. */
export function readArguments<N extends string>(
  specs: OptionSpecs<N>,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): Arguments<N> {
  const { values, positionals } = parse(specs, argv)
  const given = new Map<string, Given>()
  for (const [name, spec] of Object.entries<OptionSpec>(specs)) {
    const found = find(name, values[name], spec, env)
    if (found) given.set(name, found)
  }
  return new Arguments(positionals, given, specs)
}

interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly positionals: readonly string[]
}

function parse(specs: OptionSpecs, argv: readonly string[]): Parsed {
  try {
    const options = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, parserOption(spec)]))
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(explain(error as Error, Object.keys(specs)))
  }
}

function parserOption({ value, short }: OptionSpec): { type: 'string' | 'boolean'; short?: string } {
  return { type: value === undefined ? 'boolean' : 'string', ...(short !== undefined && { short }) }
}

/** Node's own words go on about how to write positional arguments. */
function explain({ message }: Error, names: readonly string[]): string {
  const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1]
  if (unknown === undefined) return message.split(/\.\s|\n/, 1)[0] ?? message
  const [like] = nearest(unknown.replace(/^-+/, ''), names, 1)
  return `unknown option ${unknown}${like === undefined ? '' : `; did you mean --${like}?`}`
}

function find(
  name: string,
  value: string | boolean | undefined,
  spec: OptionSpec,
  env: NodeJS.ProcessEnv,
): Given | undefined {
  if (value === '') throw new UsageError(`--${name} is empty`)
  if (value !== undefined) return { text: String(value), origin: 'flag' }
  // A variable that is set to nothing counts as not set, as in shells.
  const fromEnv = spec.env === undefined ? undefined : env[spec.env]
  if (fromEnv) return { text: fromEnv, origin: 'environment' }
  return spec.default === undefined ? undefined : { text: spec.default, origin: 'default' }
}
