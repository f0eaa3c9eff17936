import { type HealthOptions, type HealthSettings, resolveHealthOptions } from '../core/health-options.ts'
import { type LimitedLogger, limited } from '../core/log-limit.ts'
import { guarded, type Logger, stderrLogger } from '../core/logger.ts'
import { OptionReader } from '../core/option-reader.ts'
import { isLogger, readName } from '../core/options.ts'
import { assertPattern } from '../core/pattern.ts'
import { assertCluster, type ClusterOptions } from './options.ts'

/** What a bridge carries, and between which clusters. */
export interface BridgeOptions {
  readonly from: ClusterOptions
  readonly to: ClusterOptions
  /** Default `#`, all events. */
  readonly pattern?: string | undefined
  /** The group whose queue at `from` keeps what is to be carried; processes with the same one share it. Default `bridge-<to>`. */
  readonly group?: string | undefined
  /** When health warns, and when it fails, of a connection that is away. */
  readonly health?: HealthOptions | undefined
  /** Default: warnings and errors to stderr as JSON lines. */
  readonly logger?: Logger | undefined
}

/** {@link BridgeOptions}, checked and complete. */
export interface BridgeSettings {
  readonly from: ClusterOptions
  readonly to: ClusterOptions
  readonly pattern: string
  readonly group: string
  readonly health: HealthSettings
  readonly logger: LimitedLogger
}

/** Throws `OPTION_INVALID`, `PATTERN_INVALID`. */
export function resolveBridgeOptions(options: BridgeOptions): BridgeSettings {
  const read = new OptionReader('bridge', options, ['from', 'to', 'pattern', 'group', 'health', 'logger'])
  const { from, to } = options
  assertCluster(from, 'bridge from')
  assertCluster(to, 'bridge to')
  if (from.name === to.name) throw read.refuse('to', "has the name of 'from'", 'another cluster')
  const pattern = read.string('pattern') ?? '#'
  assertPattern(pattern)
  return {
    from,
    to,
    pattern,
    group: readName(read, 'group') ?? `bridge-${to.name}`,
    health: resolveHealthOptions(read.value('health'), 'bridge'),
    logger: limited(
      guarded(read.instance('logger', 'an object with the methods debug, info, warn, error', isLogger) ?? stderrLogger),
    ),
  }
}
