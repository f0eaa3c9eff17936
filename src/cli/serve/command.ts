import { isEventBusError } from '../../core/errors.ts'
import type { EventStore } from '../../core/event-store.ts'
import { recordEvents } from '../../store/index.ts'
import type { Arguments } from '../arguments.ts'
import { openBus } from '../bus.ts'
import { defineCommand, type Command } from '../command.ts'
import { exitCodes, UsageError } from '../failure.ts'
import { serverLogger } from '../logger.ts'
import { amqpUrl, cluster, clusters, defaultPort, exchange, queueType } from '../options.ts'
import { aborted, Interruption } from '../signals.ts'
import { describePlace, openStore, readStorePlace, storeForms, storeOption, type StorePlace } from '../store-place.ts'
import { describeBroker, readBrokerTarget, readToken } from '../target.ts'
import { version } from '../version.ts'
import { isLoopback } from './access.ts'
import { banner, type BannerFacts } from './banner.ts'
import { openMetrics } from './get-metrics.ts'
import { type HttpServer, listen } from './server.ts'
import type { Service } from './service.ts'

const recorderGroup = 'event-recorder'

const options = {
  'amqp-url': { ...amqpUrl, help: `${amqpUrl.help}; without it they live in this process only` },
  exchange,
  'queue-type': queueType,
  clusters,
  cluster,
  host: {
    value: 'HOST',
    env: 'EVENTBUS_HOST',
    default: '127.0.0.1',
    help: 'where to listen; any but this machine needs a token',
  },
  port: { value: 'PORT', env: 'EVENTBUS_PORT', default: defaultPort, help: '0 for any free one' },
  token: {
    value: 'TOKEN',
    env: 'EVENTBUS_TOKEN',
    help: 'what clients must send as Authorization: Bearer TOKEN; prefer the variable',
  },
  source: {
    value: 'NAME',
    env: 'EVENTBUS_SOURCE',
    default: 'event-bus-serve',
    help: 'the source of events that come without one',
  },
  instance: {
    value: 'NAME',
    env: 'EVENTBUS_INSTANCE',
    help: "this process's name on the bus; default: host name and process id",
  },
  store: {
    ...storeOption,
    help: `keeps what is published: ${storeForms}; made where there is none; none for no history`,
  },
  'max-body-bytes': {
    value: 'N',
    env: 'EVENTBUS_MAX_BODY_BYTES',
    default: String(10 * 1024 * 1024),
    help: 'the most bytes of a JSON body, and of one line of NDJSON',
  },
  'max-backlog-bytes': {
    value: 'N',
    env: 'EVENTBUS_MAX_BACKLOG_BYTES',
    default: String(8 * 1024 * 1024),
    help: 'how many bytes may wait for a slow reader of a stream before it is cut off',
  },
  'timeout-seconds': {
    value: 'N',
    env: 'EVENTBUS_TIMEOUT_SECONDS',
    default: '30',
    help: 'how long a publish may wait for its confirm; then the answer is 503',
  },
} as const

type Args = Arguments<keyof typeof options>

export const serveCommand: Command = defineCommand({
  name: 'serve',
  summary: 'offers the bus over HTTP, for curl and programs in any language',
  usage: ['[options]'],
  details: `
Routes: POST /events publishes, GET /events?pattern=app.%23 streams, GET /events/history?pattern=app.%23 shows what
was published with --store, GET /metrics is for Prometheus, GET /livez and /readyz are for probes.
Without --amqp-url the events live in this process: good for trying things out and for tests.
With --store on RabbitMQ everything that goes over the exchange is recorded, by whomever it is published, through the
durable queue of the group ${recorderGroup}: delete it when nobody is to record any more, since it keeps what comes.
A stream begins with what is published after its first line; what is published while a client is away it misses.
SIGTERM and Ctrl-C end it in order (what is being published is confirmed first), a second one at once.`,
  options,
  examples: [
    { what: 'try it out, without RabbitMQ', line: 'event-bus serve' },
    { what: 'on RabbitMQ', line: 'EVENTBUS_AMQP_URL=amqp://guest:guest@localhost:5672 event-bus serve' },
    { what: 'with a history', line: 'event-bus serve --store events.db' },
    { what: 'for other machines', line: 'EVENTBUS_TOKEN=$(openssl rand -hex 32) event-bus serve --host 0.0.0.0' },
  ],
  run: serve,
})

/** Between the first signal and the end of the process. */
const closeLimits = { busMs: 8_000, connectionsMs: 1_000 }

const heartbeatMs = 15_000

async function serve(args: Args): Promise<number> {
  const settings = readSettings(args)
  const { source, instance, logger, target } = settings
  const interruption = new Interruption()
  const store = settings.place && (await openHistory(settings.place))
  // Without RabbitMQ everything is published here; there others publish, too.
  const bus = openBus(target, { source, instance, logger, store: target ? undefined : store })
  try {
    if (store && target) recordEvents(bus, store, { group: recorderGroup })
    const metrics = await openMetrics(bus)
    const service: Service = { ...settings, bus, store, metrics, streams: new Set(), heartbeatMs }
    return await serveUntilEnd(service, settings, interruption)
  } finally {
    await bus.close({ timeoutMs: closeLimits.busMs })
    await store?.close()
    interruption.release()
  }
}

/** What is wrong with the store shall end the start, not come out later. */
async function openHistory(place: StorePlace): Promise<EventStore> {
  const store = await openStore(place)
  try {
    await store.lastPosition()
    return store
  } catch (error) {
    // A database server may come later: what is published until then waits.
    if (place.kind === 'postgres' && isEventBusError(error, 'STORE_UNAVAILABLE')) return store
    await store.close()
    throw error
  }
}

async function serveUntilEnd(service: Service, settings: Settings, interruption: Interruption): Promise<number> {
  const server = await listen(service, settings.host, settings.port)
  process.stdout.write(banner(factsOf(settings, server, service)))
  // Only a new stream tells its client that it may have missed something.
  service.bus.on('gap', ({ kind }) => {
    if (kind === 'loss') service.streams.forEach((stream) => stream.end())
  })
  try {
    const ended = aborted(interruption.signal)
    // What nobody can mend by waiting, such as a wrong password, ends the start.
    await Promise.race([ended, service.bus.ready.then(() => ended)])
    // In a terminal ^C stands there.
    process.stdout.write(`${process.stdout.isTTY ? '\n' : ''}event-bus: closing (${interruption.name})\n`)
  } finally {
    server.stop()
    await service.bus.close({ timeoutMs: closeLimits.busMs })
    await server.closed(closeLimits.connectionsMs)
  }
  return exitCodes.done
}

function factsOf({ host, token, target, place }: Settings, { port }: HttpServer, { metrics }: Service): BannerFacts {
  return {
    version,
    host,
    port,
    isDefault: port === Number(defaultPort) && ['127.0.0.1', 'localhost', '0.0.0.0'].includes(host),
    needsToken: token !== undefined,
    hasMetrics: metrics !== undefined,
    transport: target ? describeBroker(target) : 'memory of this process (--amqp-url for RabbitMQ)',
    store: place && describePlace(place),
    // Under npx the command's bare name may be nobody's.
    program: calledAs(process.env),
  }
}

type Settings = ReturnType<typeof readSettings>

function readSettings(args: Args) {
  if (args.positionals.length > 0) throw new UsageError(`unexpected argument '${args.positionals[0]}'`)
  return {
    target: readBrokerTarget(args, process.env),
    place: readStorePlace(args),
    ...readAddress(args),
    source: args.required('source'),
    instance: args.text('instance'),
    logger: serverLogger(),
    maxBodyBytes: args.integer('max-body-bytes', 1, 2 ** 30),
    maxBacklogBytes: args.integer('max-backlog-bytes', 1, 2 ** 30),
    publishTimeoutMs: 1_000 * args.integer('timeout-seconds', 1, 3_600),
  }
}

function readAddress(args: Args): { host: string; port: number; token: string | undefined } {
  const host = args.required('host').replace(/^\[|\]$/g, '')
  const token = readToken(args)
  if (token === undefined && !isLoopback(host)) {
    throw new UsageError(
      `${args.label('host')} ${host} lets other machines in: set EVENTBUS_TOKEN (for example to the output of: openssl rand -hex 32)`,
    )
  }
  return { host, port: args.integer('port', 0, 65_535), token }
}

/** The words that call this program again: after `npm start` in a clone it is on no path. */
function calledAs({ npm_command, npm_lifecycle_event }: NodeJS.ProcessEnv): string {
  if (npm_lifecycle_event === 'start') return 'npm run -s event-bus --'
  return npm_command === 'exec' ? 'npx @appserver/event-bus' : 'event-bus'
}
