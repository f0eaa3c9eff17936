import path from 'node:path'
import { type Arguments, type OptionSpec, readArguments } from '../src/cli/arguments.ts'
import { UsageError } from '../src/cli/failure.ts'
import { helpOption, optionList } from '../src/cli/help.ts'
import type { Axis } from './axes/axis.ts'
import { axes } from './axes/index.ts'
import { readRatios, type WantedRatio } from './report/check.ts'
import { type ContenderName, isVariant } from './contenders/registry.ts'

export interface Options {
  /** In the order of the table. */
  readonly axes: readonly Axis[]
  readonly contenders: readonly ContenderName[]
  readonly runs: number
  readonly events: number
  readonly inFlight: number
  readonly url: string
  readonly jsonFile: string
  readonly limitSeconds: number
  /** What is wanted, to be checked; none without `--check`. */
  readonly ratios: readonly WantedRatio[] | undefined
}

const axisNames = axes.map(({ name }) => name)
const folder = path.relative(process.cwd(), import.meta.dirname)
const checkEvents = 20_000
const allContenders = [...new Set(axes.flatMap(({ contenders }) => contenders))]
const usualContenders = allContenders.filter((name) => !isVariant(name))

const specs = {
  only: { value: 'AXES', help: `${axisNames.join(', ')}; all without this` },
  contenders: {
    value: 'NAMES',
    help: `${usualContenders.join(', ')}; all these without this. Besides: ${allContenders.filter(isVariant).join(', ')}`,
  },
  runs: { value: 'N', default: '3', help: 'how often everything is measured, in turn' },
  events: { value: 'N', default: '100000', help: 'how many events each measurement has' },
  'in-flight': { value: 'N', default: '500', help: 'unconfirmed publishes, and deliveries in hand, at the most' },
  'amqp-url': {
    value: 'URL',
    env: 'EVENTBUS_AMQP_URL',
    default: 'amqp://guest:guest@127.0.0.1:5672',
    help: 'the RabbitMQ to measure with',
  },
  json: { value: 'FILE', default: `${folder}/results/latest.json`, help: 'where the figures go' },
  check: { help: `a short run (${checkEvents} events) of what has a wanted ratio; ends with 1 if one is missed` },
  ratios: { value: 'FILE', default: `${folder}/ratios.json`, help: 'what --check wants' },
  limit: { value: 'SECONDS', default: '300', help: 'how long each step of a contender may take' },
  help: helpOption,
} satisfies Record<string, OptionSpec>

type Given = Arguments<keyof typeof specs>

export const usage = `Measures this bus beside other clients: one table on stdout, progress on stderr.

Usage:
  npm run bench -- [options]

Options:
${optionList(specs)}

AXES and NAMES are separated by commas: npm run bench -- --only consume --runs 5
`

/** What the command line asks for; `undefined` where that is help. Throws `UsageError`. */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): Options | undefined {
  const given = readArguments(specs, argv, env)
  if (given.flag('help')) return undefined
  const [surplus] = given.positionals
  if (surplus !== undefined) throw new UsageError(`${surplus} is no option`)
  const ratios = given.flag('check') ? readRatios(given.required('ratios')) : undefined
  const chosenAxes = chosen(given, 'only', axisNames, ratios?.map(({ axis }) => axis) ?? axisNames)
  const usual = ratios?.flatMap(({ of, to }) => [of.contender, to.contender]) ?? usualContenders
  return {
    axes: axes.filter(({ name }) => chosenAxes.includes(name)),
    contenders: chosen(given, 'contenders', allContenders, usual),
    runs: given.integer('runs', 1, 1_000),
    events: ratios && given.origin('events') === 'default' ? checkEvents : given.integer('events', 1, 100_000_000),
    inFlight: given.integer('in-flight', 1, 65_535),
    url: given.required('amqp-url'),
    jsonFile: path.resolve(given.required('json')),
    limitSeconds: given.integer('limit', 1, 86_400),
    ratios: ratios?.filter(({ axis }) => chosenAxes.includes(axis)),
  }
}

/** The names that were given, else the usual ones; in the order of `all`. */
function chosen<T extends string>(
  given: Given,
  option: keyof typeof specs,
  all: readonly T[],
  usual: readonly string[],
): readonly T[] {
  const names = given.text(option)?.split(',') ?? usual
  const unknown = names.find((name) => !all.some((one) => one === name))
  if (unknown !== undefined) throw new UsageError(`--${option}: there is no ${unknown}; there are ${all.join(', ')}`)
  return all.filter((name) => names.includes(name))
}
