import type { EventInput } from '../../core/event.ts'
import type { Arguments } from '../arguments.ts'
import { type Command, defineCommand } from '../command.ts'
import { exitCodes, UsageError } from '../failure.ts'
import { amqpUrl, clientToken, cluster, clusters, exchange, queueType, serverUrl, timeoutSeconds } from '../options.ts'
import { Interruption } from '../signals.ts'
import { readTarget } from '../target.ts'
import { publishFile } from './publish-file.ts'
import { openSender, type Sender } from './sender.ts'

const eventOptions = {
  subject: { value: 'TEXT', help: 'what the event is about, e.g. the id of an app' },
  id: { value: 'ID', help: "the event's id; default: a new UUIDv7" },
  'correlation-id': { value: 'ID', help: 'shared by all events of one conversation' },
  'data-version': { value: 'TEXT', help: "the version of the data's shape" },
} as const

const options = {
  ...eventOptions,
  file: {
    value: 'FILE',
    short: 'f',
    help: 'publishes the events of this NDJSON file, one JSON object a line; - for standard input',
  },
  'stop-on-error': { help: 'with --file: the first bad line ends it' },
  'max-line-bytes': { value: 'N', default: String(10 * 1024 * 1024), help: 'with --file: longer lines are refused' },
  url: serverUrl,
  'amqp-url': amqpUrl,
  exchange,
  'queue-type': queueType,
  clusters,
  cluster,
  token: clientToken,
  source: {
    value: 'NAME',
    env: 'EVENTBUS_SOURCE',
    default: 'event-bus-cli',
    help: 'the source of events that come without one',
  },
  'timeout-seconds': timeoutSeconds,
} as const

type Args = Arguments<keyof typeof options>

export const publishCommand: Command = defineCommand({
  name: 'publish',
  summary: 'publishes one event, or a file of them',
  usage: ['TYPE [JSON] [options]', '--file FILE [options]'],
  details: `
Publishes to a running event-bus serve, or straight to RabbitMQ with --amqp-url, and ends when all is confirmed.
Prints the id of a single event. Lines of a file are CloudEvents in JSON; {"type": ..., "data": ...} is enough.
They are published in their order; a bad line is told with its number and the others go on. If the server or broker
fails, publishing stops, and the line where it did is told. Ends with 0 only if every event was confirmed.`,
  options,
  examples: [
    { what: 'one event', line: `event-bus publish app.installed '{"appId":"app-1"}' --subject app-1` },
    {
      what: 'a file, straight to RabbitMQ',
      line: 'event-bus publish --file events.ndjson --amqp-url amqp://localhost',
    },
    {
      what: 'from one bus to another',
      line: `event-bus tail '#' | event-bus publish --file - --url http://127.0.0.1:4081`,
    },
  ],
  run: publish,
})

async function publish(args: Args): Promise<number> {
  const file = args.text('file')
  const event = file === undefined ? readEvent(args) : undefined
  if (event === undefined) refuseBesideFile(args)
  const target = readTarget(args, process.env)
  const timeoutMs = 1_000 * args.integer('timeout-seconds', 1, 3_600)
  const maxLineBytes = args.integer('max-line-bytes', 1, 2 ** 30)
  const interruption = new Interruption()
  const { signal } = interruption
  const sender = await openSender(target, { source: args.required('source'), timeoutMs, signal })
  try {
    if (signal.aborted) return interruption.exitCode(exitCodes.failed)
    if (event) return await publishOne(sender, event)
    const code = await publishFile(sender, {
      file: file ?? '',
      stopOnError: args.flag('stop-on-error'),
      maxLineBytes,
      signal,
    })
    return interruption.exitCode(code)
  } finally {
    await sender.close()
    interruption.release()
  }
}

async function publishOne(sender: Sender, event: EventInput): Promise<number> {
  const { id } = await sender.send(event)
  process.stdout.write(`${id}\n`)
  return exitCodes.done
}

function readEvent(args: Args): EventInput {
  const [type, json, ...rest] = args.positionals
  if (type === undefined) throw new UsageError('give the type of an event, or --file')
  if (rest.length > 0) throw new UsageError(`unexpected argument '${rest[0]}': quote the JSON, '{"appId":"app-1"}'`)
  if (args.flag('stop-on-error')) throw new UsageError('--stop-on-error belongs to --file')
  return {
    type,
    data: json === undefined ? undefined : readData(json),
    subject: args.text('subject'),
    id: args.text('id'),
    correlationId: args.text('correlation-id'),
    dataVersion: args.text('data-version'),
  }
}

function readData(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new UsageError(
      `the data is no JSON (${(error as Error).message}); a string is '"text"', an object '{"appId":"app-1"}'`,
    )
  }
}

function refuseBesideFile(args: Args): void {
  if (args.positionals.length > 0) throw new UsageError(`--file and '${args.positionals[0]}': give one of the two`)
  const names = Object.keys(eventOptions) as (keyof typeof eventOptions)[]
  const given = names.find((name) => args.flag(name))
  if (given !== undefined) throw new UsageError(`--${given} belongs to a single event, not to --file`)
}
