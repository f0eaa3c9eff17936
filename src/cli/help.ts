import type { OptionSpec, OptionSpecs } from './arguments.ts'
import type { Command } from './command.ts'

const width = 100

export const helpOption: OptionSpec = { short: 'h', help: 'shows this' }

export function overallHelp(commands: readonly Command[]): string {
  const nameWidth = Math.max(...commands.map(({ name }) => name.length)) + 2
  return `event-bus: publishes and watches the events of application servers

Usage:
  event-bus COMMAND [options]

Commands:
${commands.map(({ name, summary }) => `  ${name.padEnd(nameWidth)}${summary}`).join('\n')}

Options:
  -h, --help   shows this; event-bus COMMAND --help shows a command's options
  --version    shows the version

Flags come first, then environment variables (EVENTBUS_...), then defaults.

Exit codes:
  0    done
  1    failed; one line on stderr says what: event-bus: CODE: message
  2    the command line is wrong; nothing was done
  129, 130, 143
       cut short by SIGHUP, SIGINT, SIGTERM (serve, and tail without --count, end with 0)

First steps, each in a terminal of its own:
  event-bus serve
  event-bus tail '#'
  event-bus publish app.installed '{"appId":"app-1"}'
`
}

export function commandHelp({ name, summary, usage, details, options, examples }: Command): string {
  return `event-bus ${name}: ${summary}

Usage:
${usage.map((form) => `  event-bus ${name} ${form}`.trimEnd()).join('\n')}

${details.trim()}

Options:
${optionList({ ...options, help: helpOption })}

Examples:
${examples.map(({ what, line }) => `  # ${what}\n  ${line}`).join('\n')}
`
}

export function optionList(options: OptionSpecs): string {
  const rows = Object.entries(options).map(([name, spec]) => ({ flag: flagOf(name, spec), text: textOf(spec) }))
  const flagWidth = Math.max(...rows.map(({ flag }) => flag.length)) + 4
  const indent = ' '.repeat(flagWidth)
  return rows
    .map(({ flag, text }) => `  ${flag}`.padEnd(flagWidth) + wrap(text, width - flagWidth).join(`\n${indent}`))
    .join('\n')
}

function flagOf(name: string, { short, value }: OptionSpec): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
}

function textOf({ help, env, default: fallback }: OptionSpec): string {
  const notes = [env && `env ${env}`, fallback && `default ${fallback}`].filter(Boolean)
  return notes.length === 0 ? help : `${help} [${notes.join('; ')}]`
}

function wrap(text: string, maxLength: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > maxLength) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
