import type { UntypedBus } from '../../core/api.ts'
import type { EventQuery, EventStore } from '../../core/event-store.ts'
import { assertPattern } from '../../core/pattern.ts'
import type { Arguments } from '../arguments.ts'
import { connected, openBus } from '../bus.ts'
import { type Command, defineCommand } from '../command.ts'
import { exitCodes, UsageError } from '../failure.ts'
import { toReadQuery } from '../history/filter.ts'
import { filterOptions, readFilter } from '../history/filter-options.ts'
import { plainLogger } from '../logger.ts'
import { amqpUrl, cluster, clusters, exchange, queueType, timeoutSeconds } from '../options.ts'
import { Interruption } from '../signals.ts'
import { openExistingStore, readStorePlace, storeOption, type StorePlace } from '../store-place.ts'
import { type BrokerTarget, readBrokerTarget } from '../target.ts'
import { type ReplayOrder, runReplay } from './run.ts'
import { readPoint } from './resume-point.ts'

const options = {
  group: { value: 'NAME', help: 'whose queue gets the events' },
  'queue-pattern': { value: 'PATTERN', help: "which of the group's queues; default: the PATTERN, where there is one" },
  ...filterOptions,
  rate: { value: 'N', help: 'so many a second; default: as fast as it goes' },
  'resume-from': { value: 'PLACE', help: 'goes on where a replay stopped, which has said this' },
  'dry-run': { help: 'only counts' },
  yes: { short: 'y', help: 'does not ask; needed where nobody can be asked' },
  json: { help: 'the report as a JSON object' },
  store: { ...storeOption, help: 'the event store to read from, a SQLite file' },
  'amqp-url': amqpUrl,
  exchange,
  'queue-type': queueType,
  clusters,
  cluster,
  'timeout-seconds': { ...timeoutSeconds, help: 'how long connecting may take' },
} as const

type Args = Arguments<keyof typeof options>

const closeMs = 10_000

export const replayCommand: Command = defineCommand({
  name: 'replay',
  summary: 'sends recorded events to the queue of a group once more',
  usage: ['[PATTERN...] --group NAME [filters] [options]'],
  details: `
Sends the recorded events to which all that is given applies to one queue of one group, and to nobody else: the queue that
the group shares for a pattern. Its handlers see context.replay, and their own retries apply.
It ends with what was recorded when it began. Cut short, it says how to go on without a gap or a repeat.
Reads the store itself and writes to RabbitMQ itself; a running event-bus serve carries no replay.`,
  options,
  examples: [
    { what: 'how many would go', line: "event-bus replay 'order.#' --group billing --dry-run --store events.db" },
    { what: 'the last day, gently', line: "event-bus replay 'order.#' --group billing --since 24h --rate 50" },
    {
      what: 'of one entity, to the queue of another pattern',
      line: "event-bus replay 'order.paid' --group billing --queue-pattern 'order.#' --subject o-1 --yes",
    },
  ],
  run: replay,
})

async function replay(args: Args): Promise<number> {
  const order = readOrder(args)
  const place = readPlace(args)
  const target = order.dryRun ? undefined : readTarget(args)
  const timeoutMs = 1_000 * args.integer('timeout-seconds', 1, 3_600)
  const interruption = new Interruption()
  const { signal } = interruption
  try {
    const code = await withStore(place, (store) =>
      withBus(target, store, async (bus) => {
        if (target) await connected(bus, timeoutMs, signal)
        return signal.aborted ? exitCodes.failed : runReplay(bus, order, signal)
      }),
    )
    return interruption.exitCode(code)
  } finally {
    interruption.release()
  }
}

async function withStore<T>(place: StorePlace, work: (store: EventStore) => Promise<T>): Promise<T> {
  const store = await openExistingStore(place)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

async function withBus<T>(
  target: BrokerTarget | undefined,
  store: EventStore,
  work: (bus: UntypedBus) => Promise<T>,
): Promise<T> {
  const bus = openBus(target, { source: 'event-bus-cli', logger: plainLogger(), store })
  try {
    return await work(bus)
  } finally {
    await bus.close({ timeoutMs: closeMs })
  }
}

/** All that can be wrong with the command line is found here, before anything is opened. */
function readOrder(args: Args): ReplayOrder {
  const group = args.text('group')
  if (group === undefined) throw new UsageError('say whose queue gets the events: --group NAME')
  const queue = { group, pattern: readQueuePattern(args) }
  const resumeFrom = args.flag('resume-from') ? readPoint(args.required('resume-from')) : undefined
  const order = { query: readQuery(args), queue, resumeFrom, ratePerSecond: readRate(args), asJson: args.flag('json') }
  const [dryRun, isAgreed] = [args.flag('dry-run'), args.flag('yes')]
  if (!dryRun && !isAgreed) assertCanAsk()
  return { ...order, dryRun, isAgreed }
}

function readQueuePattern(args: Args): string {
  const [only, ...others] = args.positionals
  const pattern = args.text('queue-pattern') ?? (others.length === 0 ? only : undefined)
  if (pattern === undefined) throw new UsageError("say which of the group's queues: --queue-pattern PATTERN")
  assertPattern(pattern)
  return pattern
}

function readQuery(args: Args): EventQuery {
  const { direction: _direction, limit: _limit, ...query } = toReadQuery(readFilter(args), undefined)
  // Without a pattern all events are meant that the queue is for.
  return args.positionals.length === 0 ? { ...query, pattern: undefined } : query
}

function readRate(args: Args): number | undefined {
  return args.flag('rate') ? args.integer('rate', 1, 1_000_000) : undefined
}

function readPlace(args: Args): StorePlace {
  const place = readStorePlace(args)
  if (!place) throw new UsageError('replay needs --store, or EVENTBUS_STORE')
  return place
}

function readTarget(args: Args): BrokerTarget {
  const target = readBrokerTarget(args, process.env)
  if (!target) throw new UsageError('replay needs --amqp-url or --clusters, or EVENTBUS_AMQP_URL')
  return target
}

function assertCanAsk(): void {
  if (process.stdin.isTTY && process.stderr.isTTY) return
  throw new UsageError('handlers will handle these events again, and there is no terminal to ask on: give --yes')
}
