import { nearest } from '../catalog/nearest.ts'
import { EventBusError } from '../core/errors.ts'
import type { Command } from './command.ts'
import { deadLettersCommand } from './dead-letters/command.ts'
import { doctorCommand } from './doctor/command.ts'
import { exitCodes, faultLine, faultOf, UsageError } from './failure.ts'
import { commandHelp, overallHelp } from './help.ts'
import { historyCommand } from './history/command.ts'
import { printable } from './printable.ts'
import { publishCommand } from './publish/command.ts'
import { replayCommand } from './replay/command.ts'
import { serveCommand } from './serve/command.ts'
import { tailCommand } from './tail/command.ts'
import { traceCommand } from './trace/command.ts'
import { version } from './version.ts'

const commands: readonly Command[] = [
  serveCommand,
  publishCommand,
  tailCommand,
  historyCommand,
  traceCommand,
  replayCommand,
  deadLettersCommand,
  doctorCommand,
]

/** Runs one call of `event-bus` and answers its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv
  try {
    return await dispatch(name, rest)
  } catch (error) {
    return report(error, name)
  }
}

async function dispatch(name: string | undefined, rest: readonly string[]): Promise<number> {
  if (name === '--version') return print(`${version}\n`)
  if (name === '--help' || name === '-h') return print(overallHelp(commands))
  if (name === 'help' && rest[0] === undefined) return print(overallHelp(commands))
  if (name === 'help') return print(commandHelp(findCommand(rest[0])))
  const command = findCommand(name)
  return asksForHelp(rest) ? print(commandHelp(command)) : command.run(rest)
}

function findCommand(name: string | undefined): Command {
  const names = commands.map((command) => command.name)
  const found = commands.find((command) => command.name === name)
  if (found) return found
  if (name === undefined) throw new UsageError(`no command given; there are ${names.join(', ')}`)
  if (name.startsWith('-')) throw new UsageError(`unknown option ${name}; the command comes first`)
  throw new UsageError(`unknown command '${name}'; did you mean ${nearest(name, names, 1).join()}?`)
}

/** Also when something else on the line is wrong. What stands behind `--` is data. */
function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end === -1 ? undefined : end).some((one) => one === '--help' || one === '-h')
}

function report(error: unknown, name: string | undefined): number {
  if (error instanceof UsageError) {
    const command = commands.find((one) => one.name === name)
    process.stderr.write(`event-bus: ${printable(error.message)}\n`)
    process.stderr.write(`Try: event-bus ${command ? `${command.name} ` : ''}--help\n`)
    return exitCodes.usage
  }
  process.stderr.write(faultLine(faultOf(error)))
  return isWrongUsage(error) ? exitCodes.usage : exitCodes.failed
}

/** An option or pattern that the bus refused came from the command line. */
function isWrongUsage(error: unknown): boolean {
  return error instanceof EventBusError && ['OPTION_INVALID', 'PATTERN_INVALID'].includes(error.code)
}

function print(text: string): number {
  process.stdout.write(text)
  return exitCodes.done
}
