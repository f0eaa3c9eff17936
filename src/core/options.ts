import { hostname } from 'node:os'
import { isMainThread, threadId } from 'node:worker_threads'
import type { CloseOptions, PublishOptions, SubscribeOptions } from './api.ts'
import { EventBusError } from './errors.ts'
import type { EventInput } from './event.ts'
import { type LimitedLogger, limited } from './log-limit.ts'
import { guarded, type Logger, stderrLogger } from './logger.ts'
import type { EventStore } from './event-store.ts'
import { type HealthOptions, type HealthSettings, resolveHealthOptions } from './health-options.ts'
import { OptionReader } from './option-reader.ts'
import { type RecordingOptions, type RecordingSettings, resolveRecordingOptions } from './recording-options.ts'
import { maxDelaySeconds, resolveRetryOptions, type RetryPolicy } from './retry.ts'
import type { PublishSettings, Transport } from './transport.ts'

/** The options of a bus that do not depend on its catalog. */
export interface BusOptions {
  /** Who publishes: the CloudEvents `source` of what this bus sends, e.g. `marketplace`. */
  readonly source: string
  /**
   * Names this process among the others; name it to keep its queue across restarts. Default `<host name>-<pid>`, with
   * `-t<n>` behind it in a worker thread, and a number for further buses. Containers that share both names need their own.
   */
  readonly instance?: string | undefined
  readonly transport: Transport
  /**
   * Records what this bus publishes, after the confirm and behind its back: a store that fails delays no publish and
   * fails none. `replay` and subscriptions with `from` read it. Closing the bus flushes; closing the store is its owner's
   * part, after that. Default: none.
   */
  readonly store?: EventStore | undefined
  /**
   * Default: warnings and errors to stderr as JSON lines. The same line of the bus comes at most once in 10 s, then with
   * `held_back`, how many there were; what handlers log to `context.logger` all comes.
   */
  readonly logger?: Logger | undefined
  /**
   * When the catalog's schemas check events: `publish`, or `both`, on arrival too, where what fails goes to the dead
   * letters (types that the catalog does not have may come). A schema that changes data must then accept what it has
   * made of it. Default `publish`.
   */
  readonly validate?: 'publish' | 'both' | undefined
  /** Bounds of what waits for the `store`. */
  readonly recording?: RecordingOptions | undefined
  /** When health warns, and when it fails, of a connection that is away. */
  readonly health?: HealthOptions | undefined
}

/** Checks an event against the catalog and answers what shall travel. Throws `EVENT_INVALID`. */
export type Validate = (event: EventInput) => EventInput

/** {@link BusOptions}, checked and complete. */
export interface BusSettings {
  readonly source: string
  readonly instance: string
  readonly instanceIsGenerated: boolean
  readonly transport: Transport
  readonly store: EventStore | undefined
  readonly recording: RecordingSettings
  readonly health: HealthSettings
  readonly logger: LimitedLogger
  readonly validateOutgoing: Validate
  readonly validateIncoming: Validate | undefined
}

/** `SubscribeOptions`, checked and complete. */
export interface SubscribeSettings {
  readonly group: string | undefined
  readonly name: string | undefined
  readonly concurrency: number
  readonly retry: RetryPolicy
  readonly timeoutMs: number
  /** Behind this position, or from this time on; `undefined` for live events only. */
  readonly from: number | Date | undefined
  readonly cluster: string | undefined
}

const day = 24 * 60 * 60 * 1000

/** What the catalog says of events that leave, and of events that arrive. */
export interface Validators {
  readonly outgoing: Validate
  readonly incoming: Validate
}

/** There are no validators without a catalog. */
export function resolveBusOptions(options: BusOptions, validators: Validators | undefined): BusSettings {
  const known = ['source', 'instance', 'transport', 'store', 'recording', 'health', 'logger', 'validate']
  const read = new OptionReader('createEventBus', options, known)
  const source = read.string('source')
  if (source === undefined || Buffer.byteLength(source) > 255)
    throw read.refuse('source', 'is missing or too long', 'a string of 1 to 255 bytes')
  const instance = readName(read, 'instance')
  return {
    source,
    instance: instance ?? generateInstance(),
    instanceIsGenerated: instance === undefined,
    transport: read.instance('transport', 'what memory() or rabbitmq() returns', isTransport) ?? options.transport,
    store: read.instance('store', 'an event store, e.g. what sqliteStore() returns', isStore),
    recording: resolveRecordingOptions(read.value('recording')),
    health: resolveHealthOptions(read.value('health')),
    logger: limited(
      guarded(read.instance('logger', 'an object with the methods debug, info, warn, error', isLogger) ?? stderrLogger),
    ),
    validateOutgoing: validators?.outgoing ?? ((event) => event),
    validateIncoming:
      read.oneOf('validate', ['publish', 'both'], 'publish') === 'both' ? validators?.incoming : undefined,
  }
}

/** `clusters`: the names of those that the bus has, where there are several. */
export function resolveSubscribeOptions(
  options: SubscribeOptions | undefined,
  clusters: readonly string[] = [],
): SubscribeSettings {
  const known = ['group', 'name', 'concurrency', 'retry', 'timeoutMs', 'from', 'cluster']
  const read = new OptionReader('subscribe', options, known)
  return {
    group: readName(read, 'group'),
    name: read.string('name'),
    concurrency: read.integer('concurrency', { default: 10, min: 1, max: 10_000 }),
    retry: resolveRetryOptions(read.value('retry')),
    timeoutMs: read.duration('timeoutMs', { default: 300_000, min: 1, max: day }),
    from: readFrom(read),
    cluster: readCluster(read, clusters),
  }
}

function readCluster(read: OptionReader, clusters: readonly string[]): string | undefined {
  const cluster = read.string('cluster')
  if (cluster !== undefined) assertClusters(read, 'cluster', [cluster], clusters)
  if (cluster !== undefined && read.has('from')) {
    throw read.refuse('from', "is given beside 'cluster'", 'one of the two: the store keeps the events of all clusters')
  }
  return cluster
}

function readClusters(read: OptionReader, clusters: readonly string[]): readonly string[] {
  const value = read.value('clusters')
  if (value === 'all' && clusters.length > 0) return clusters
  const kind = `'all' or an array of cluster names`
  const names = read.instance('clusters', kind, (given): given is string[] => Array.isArray(given) && given.length > 0)
  assertClusters(read, 'clusters', names ?? [], clusters)
  return Array.from(new Set(names))
}

function assertClusters(read: OptionReader, option: string, names: readonly string[], known: readonly string[]): void {
  if (known.length === 0)
    throw read.refuse(option, 'is given to a bus without clusters', 'only on a bus of createMultiClusterBus')
  if (!names.every((name) => known.includes(name)))
    throw read.refuse(option, 'names a cluster that this bus does not have', known.join(', '))
}

function readFrom(read: OptionReader): SubscribeSettings['from'] {
  const from = read.value('from')
  if (from === undefined) return undefined
  if (read.has('group'))
    throw read.refuse(
      'from',
      "is given beside 'group'",
      'one of the two; replay() sends history to the queue of a group',
    )
  if (from === 'start') return 0
  if (isDate(from) || isPosition(from)) return from
  throw read.refuse('from', 'is none of these', "'start', a position (an integer from 0), a valid Date")
}

/** What a publish without options passes on. */
export const noOptions: PublishOptions = Object.freeze({})

const defaultPublish: PublishSettings = Object.freeze({
  timeoutMs: 30_000,
  afterMs: 0,
  requireRoute: false,
  signal: undefined,
})

/** `clusters`: the names of those that the bus has, where there are several. */
export function resolvePublishOptions(
  options: PublishOptions | undefined,
  clusters?: readonly string[],
): PublishSettings {
  if (options === undefined || options === noOptions) return defaultPublish
  const known = ['timeoutMs', 'signal', 'requireRoute', 'afterMs', 'deliverAt', 'clusters']
  const read = new OptionReader('publish', options, known)
  const afterMs = readDelay(read)
  if (afterMs > 0 && options.requireRoute) {
    throw read.refuse(
      'requireRoute',
      'is given beside a delay',
      'one of the two: who wants the event is known when it is due',
    )
  }
  return {
    timeoutMs: read.duration('timeoutMs', { default: defaultPublish.timeoutMs, min: 1, max: day }),
    afterMs,
    requireRoute: read.boolean('requireRoute', defaultPublish.requireRoute),
    signal: read.instance('signal', 'an AbortSignal', (value) => value instanceof AbortSignal),
    ...(read.has('clusters') && { clusters: readClusters(read, clusters ?? []) }),
  }
}

export function resolveCloseOptions(options: CloseOptions | undefined): { timeoutMs: number } {
  const read = new OptionReader('close', options, ['timeoutMs'])
  return { timeoutMs: read.duration('timeoutMs', { default: 10_000, min: 0, max: day }) }
}

/** In whole seconds, rounded up. */
function readDelay(read: OptionReader): number {
  const afterMs = read.duration('afterMs', { default: 0, min: 0, max: 1_000 * maxDelaySeconds })
  const deliverAt = read.instance('deliverAt', 'a valid Date', isDate)
  if (deliverAt && read.has('afterMs')) throw read.refuse('deliverAt', `is given beside 'afterMs'`, 'one of the two')
  const wantedMs = deliverAt ? deliverAt.getTime() - Date.now() : afterMs
  if (wantedMs > 1_000 * maxDelaySeconds)
    throw read.refuse('deliverAt', 'is too far away', `up to ${maxDelaySeconds} s from now`)
  return 1_000 * Math.ceil(Math.max(0, wantedMs) / 1_000)
}

function isDate(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime())
}

function isPosition(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** Instances and groups become parts of queue names, in which a colon separates the parts. */
export function readName(read: OptionReader, name: string): string | undefined {
  const value = read.string(name)
  if (value !== undefined && (/[:\p{Cc}]/u.test(value) || Buffer.byteLength(value) > 100)) {
    throw read.refuse(
      name,
      'has a colon or a control character, or is too long',
      'a string of 1 to 100 bytes without them',
    )
  }
  return value
}

/** A program can load this package more than once, in several versions: they count together. */
const generatedNames = Symbol.for('@appserver/event-bus: generated names of instances')

/** One name for each bus of a process, its threads included: two that share one would stand by for each other. */
export function generateInstance(): string {
  const shared = globalThis as { [generatedNames]?: number }
  const count = (shared[generatedNames] ?? 0) + 1
  shared[generatedNames] = count
  const thread = isMainThread ? '' : `-t${threadId}`
  const own = `${hostname().replaceAll(':', '-')}-${process.pid}${thread}`
  return count === 1 ? own : `${own}-${count}`
}

function isTransport(value: unknown): value is Transport {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Transport>).join === 'function'
}

export function isStore(value: unknown): value is EventStore {
  return hasMethods(value, ['append', 'read', 'checkpoint', 'close'])
}

export function isLogger(value: unknown): value is Logger {
  return hasMethods(value, ['debug', 'info', 'warn', 'error'])
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
}

/** `OPTION_INVALID` unless it can be called; `what` it is, e.g. `subscribe: the handler`. */
export function assertFunction(value: unknown, what: string): void {
  if (typeof value === 'function') return
  throw new EventBusError('OPTION_INVALID', `${what} is ${typeof value}; allowed: a function`)
}
