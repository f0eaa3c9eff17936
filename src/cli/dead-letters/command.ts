import type { UntypedBus } from '../../core/api.ts'
import { deadLetterCauses } from '../../core/dead-letter-options.ts'
import type { DeadLetterChoice } from '../../core/dead-letters.ts'
import type { Arguments } from '../arguments.ts'
import { connected, openBus } from '../bus.ts'
import { type Command, defineCommand } from '../command.ts'
import { exitCodes, UsageError } from '../failure.ts'
import { plainLogger } from '../logger.ts'
import { amqpUrl, cluster, clusters, exchange, queueType, serverUrl, timeoutSeconds } from '../options.ts'
import { Interruption } from '../signals.ts'
import { type BrokerTarget, readBrokerTarget } from '../target.ts'
import { assertCanAsk, discardLetters } from './discard.ts'
import { listLetters, showLetters } from './list.ts'
import { redriveLetters } from './redrive.ts'

const options = {
  pattern: { value: 'PATTERN', help: 'of events of these types, e.g. app.#' },
  group: { value: 'NAME', help: 'of this group' },
  reason: { value: 'REASON', help: deadLetterCauses.join(', ') },
  all: { help: 'redrive, discard: every letter; without ids and filters it has to be said' },
  limit: { value: 'N', default: '100', help: 'list: how many at the most' },
  after: { value: 'CURSOR', help: 'list: goes on behind the page that named it' },
  rate: { value: 'N', help: 'redrive: so many a second; default: as fast as it goes' },
  yes: { short: 'y', help: 'discard: does not ask; needed where nobody can be asked' },
  json: { help: 'JSON, one object a line; so is list and show in a pipe or file' },
  'amqp-url': amqpUrl,
  exchange,
  'queue-type': queueType,
  clusters,
  cluster,
  url: { ...serverUrl, help: 'not for dead letters: they are read from RabbitMQ itself' },
  'timeout-seconds': { ...timeoutSeconds, help: 'how long connecting may take' },
} as const

type Args = Arguments<keyof typeof options>

const actions = ['list', 'show', 'redrive', 'discard'] as const
type Action = (typeof actions)[number]

/** The options that say something to some of the actions only. */
const belongs: Partial<Record<keyof typeof options, readonly Action[]>> = {
  pattern: ['list', 'redrive', 'discard'],
  group: ['list', 'redrive', 'discard'],
  reason: ['list', 'redrive', 'discard'],
  all: ['redrive', 'discard'],
  limit: ['list'],
  after: ['list'],
  rate: ['redrive'],
  yes: ['discard'],
}

const closeMs = 5_000

export const deadLettersCommand: Command = defineCommand({
  name: 'dead-letters',
  summary: 'shows, sends back or deletes what could not be handled',
  usage: [
    'list [filters] [options]',
    'show ID... [options]',
    'redrive ID... | filters | --all [options]',
    'discard ID... | filters | --all [options]',
  ],
  details: `
The dead letters are read from RabbitMQ itself: give --amqp-url or --clusters, or set EVENTBUS_AMQP_URL.
Of several clusters, the ids end in @ and the name of the cluster.
redrive sends a letter back to the queue it came from, for the handlers that failed, with attempts counted anew; it
goes from the dead letters when that is confirmed. discard deletes letters for good. Nothing is lost if this program
ends in the middle. Ends with 0 only if all that was asked for was done.`,
  options,
  examples: [
    { what: 'what failed lately', line: 'event-bus dead-letters list' },
    { what: 'all about one', line: 'event-bus dead-letters show 0199c2f4-8a54-7d3c-9a77-d1f0a8f3f9f1' },
    { what: 'after a fix, gently', line: 'event-bus dead-letters redrive --group billing --rate 50' },
    { what: 'what is no event', line: 'event-bus dead-letters discard --reason undecodable' },
  ],
  run: deadLetters,
})

async function deadLetters(args: Args): Promise<number> {
  const [action, ids] = readAction(args)
  const target = readTarget(args)
  const work = readWork(action, ids, args)
  const timeoutMs = 1_000 * args.integer('timeout-seconds', 1, 3_600)
  const interruption = new Interruption()
  const bus = openBus(target, { source: 'event-bus-cli', logger: plainLogger() })
  try {
    await connected(bus, timeoutMs, interruption.signal)
    const code = interruption.signal.aborted ? exitCodes.failed : await work(bus, interruption.signal)
    return interruption.exitCode(code)
  } finally {
    await bus.close({ timeoutMs: closeMs })
    interruption.release()
  }
}

type Work = (bus: UntypedBus, signal: AbortSignal) => Promise<number>

/** All that can be wrong with the command line is found here, before anything is connected. */
function readWork(action: Action, ids: readonly string[], args: Args): Work {
  const asJson = args.flag('json') || !process.stdout.isTTY
  if (action === 'show') return ({ deadLetters: letters }) => showLetters(letters, needsIds(ids), asJson)
  if (action === 'list') {
    const list = { ...readFilter(args, ids), limit: args.integer('limit', 1, 10_000), after: args.text('after') }
    return ({ deadLetters: letters }) => listLetters(letters, list, asJson)
  }
  const choice = readChoice(action, args, ids)
  if (action === 'redrive') {
    const ratePerSecond = args.flag('rate') ? args.integer('rate', 1, 1_000_000) : undefined
    return (bus, signal) => redriveLetters(bus.deadLetters, choice, { ratePerSecond, signal }, args.flag('json'))
  }
  const isAgreed = args.flag('yes')
  if (!isAgreed) assertCanAsk()
  return (bus, signal) => discardLetters(bus.deadLetters, choice, signal, isAgreed, args.flag('json'))
}

function readAction(args: Args): [Action, readonly string[]] {
  const [name, ...ids] = args.positionals
  const action = actions.find((one) => one === name)
  if (!action)
    throw new UsageError(`${name === undefined ? 'say what to do' : `'${name}' is not known`}: ${actions.join(', ')}`)
  for (const [option, owners] of Object.entries(belongs) as [keyof typeof options, readonly Action[]][]) {
    if (args.origin(option) === 'flag' && !owners.includes(action)) {
      throw new UsageError(`--${option} belongs to ${owners.join(', ')}, not to ${action}`)
    }
  }
  return [action, ids]
}

function needsIds(ids: readonly string[]): readonly string[] {
  if (ids.length === 0) throw new UsageError('give the id of a dead letter; list shows them')
  return ids
}

function readFilter(args: Args, ids: readonly string[]): DeadLetterChoice {
  return {
    pattern: args.text('pattern'),
    group: args.text('group'),
    reason: args.oneOf('reason', deadLetterCauses),
    ids: ids.length > 0 ? ids : undefined,
  }
}

function readChoice(action: Action, args: Args, ids: readonly string[]): DeadLetterChoice {
  const filter = readFilter(args, ids)
  const isFiltered = Object.values(filter).some((value) => value !== undefined)
  if (args.flag('all') && isFiltered) throw new UsageError('--all and a filter or id: give one of the two')
  if (args.flag('all')) return { all: true }
  if (!isFiltered) throw new UsageError(`say which letters to ${action}: ids, --pattern, --group, --reason or --all`)
  return filter
}

function readTarget(args: Args): BrokerTarget {
  if (args.origin('url') === 'flag') {
    throw new UsageError('--url: a running event-bus serve does not carry dead letters; give --amqp-url')
  }
  const target = readBrokerTarget(args, process.env)
  if (!target) throw new UsageError('dead letters need --amqp-url or --clusters, or EVENTBUS_AMQP_URL')
  return target
}
