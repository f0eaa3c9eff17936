import type { Arguments } from '../arguments.ts'
import { type Command, defineCommand } from '../command.ts'
import { exitCodes, UsageError } from '../failure.ts'
import { amqpUrl, clientToken, cluster, clusters, exchange, queueType, serverUrl, timeoutSeconds } from '../options.ts'
import { Interruption } from '../signals.ts'
import { readTarget, type Target } from '../target.ts'
import { assertPattern } from '../../core/pattern.ts'
import type { FollowOptions } from './follow.ts'
import { followBus } from './follow-bus.ts'
import { followServer } from './follow-server.ts'
import { Printer } from './printer.ts'

const options = {
  count: { value: 'N', short: 'n', help: 'ends after N events; default: goes on' },
  format: { value: 'FORMAT', help: 'pretty or ndjson; default: pretty on a terminal, ndjson in a pipe or file' },
  url: serverUrl,
  'amqp-url': amqpUrl,
  exchange,
  'queue-type': queueType,
  clusters,
  cluster,
  token: clientToken,
  'timeout-seconds': { ...timeoutSeconds, help: 'how long the first connection may take' },
} as const

type Args = Arguments<keyof typeof options>

export const tailCommand: Command = defineCommand({
  name: 'tail',
  summary: 'shows events as they are published',
  usage: ['PATTERN... [options]'],
  details: `
Shows what is published from now on, from a running event-bus serve or straight from RabbitMQ with --amqp-url.
In patterns * stands for one word and # for any number of words; quote them, or the shell may replace them.
It takes no event away from anybody. It connects again when a connection is lost, and says so on stderr.`,
  options,
  examples: [
    { what: 'everything', line: "event-bus tail '#'" },
    { what: 'what happens to apps and their settings', line: "event-bus tail 'app.*' 'app.settings.#'" },
    { what: 'the next event only, for another program', line: 'event-bus tail app.installed --count 1 | jq .data' },
  ],
  run: tail,
})

async function tail(args: Args): Promise<number> {
  const patterns = args.positionals
  if (patterns.length === 0) throw new UsageError("give a pattern, for example '#' for all events")
  for (const pattern of patterns) assertPattern(pattern)
  const target = readTarget(args, process.env)
  const timeoutMs = 1_000 * args.integer('timeout-seconds', 1, 3_600)
  const count = args.flag('count') ? args.integer('count', 1, 2 ** 31) : undefined
  const end = new AbortController()
  const printer = new Printer(readFormat(args), count, () => end.abort())
  const interruption = new Interruption()
  interruption.signal.addEventListener('abort', () => end.abort())
  try {
    const onReady = (): void => void process.stderr.write(`event-bus: listening for ${patterns.join(' ')}\n`)
    await follow(target, { patterns, printer, signal: end.signal, timeoutMs, onReady })
  } finally {
    interruption.release()
  }
  // Only who waited for a number of events was cut short.
  return count !== undefined && !printer.isDone ? interruption.exitCode(exitCodes.failed) : exitCodes.done
}

async function follow(target: Target, options: FollowOptions): Promise<void> {
  try {
    await (target.kind === 'server' ? followServer(target, options) : followBus(target, options))
  } catch (error) {
    if (!options.signal.aborted) throw error
  }
}

function readFormat(args: Args): 'pretty' | 'ndjson' {
  return args.oneOf('format', ['pretty', 'ndjson']) ?? (process.stdout.isTTY ? 'pretty' : 'ndjson')
}
