import { type Arguments, type OptionSpecs, readArguments } from './arguments.ts'

export interface Example {
  readonly what: string
  readonly line: string
}

/** One command: what its help says, and what it does. */
export interface Command {
  readonly name: string
  readonly summary: string
  /** What stands behind the command's name, one form a line. */
  readonly usage: readonly string[]
  readonly details: string
  readonly options: OptionSpecs
  readonly examples: readonly Example[]
  /** Answers the exit code. */
  run(argv: readonly string[]): Promise<number>
}

export interface CommandSpec<N extends string> extends Omit<Command, 'options' | 'run'> {
  readonly options: OptionSpecs<N>
  run(args: Arguments<N>): Promise<number>
}

export function defineCommand<N extends string>(spec: CommandSpec<N>): Command {
  return {
    ...spec,
    run: async (argv) => spec.run(readArguments(spec.options, argv, process.env)),
  }
}
