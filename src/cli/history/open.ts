import type { Arguments, OptionSpecs } from '../arguments.ts'
import { exitCodes, UsageError } from '../failure.ts'
import { clientToken, defaultServer, serverUrl, timeoutSeconds } from '../options.ts'
import { Interruption } from '../signals.ts'
import { readStorePlace, storeOption } from '../store-place.ts'
import { readServerTarget } from '../target.ts'
import type { History } from './history.ts'
import { serverHistory } from './server-history.ts'
import { storeHistory } from './store-history.ts'

/** The options of commands that look into history. */
export const historyPlaceOptions: OptionSpecs<'store' | 'url' | 'token' | 'timeout-seconds'> = {
  store: { ...storeOption, help: 'the event store to look into, a SQLite file; without it a running event-bus serve' },
  url: { ...serverUrl, help: `a running event-bus serve --store; without this and --store ${defaultServer}` },
  token: clientToken,
  'timeout-seconds': { ...timeoutSeconds, help: 'how long an answer of the server may take' },
}

/** Finds out where to look before anything is opened. A flag beats a variable; of two variables EVENTBUS_URL wins. */
export function readHistoryPlace(
  args: Arguments<keyof typeof historyPlaceOptions>,
  env: NodeJS.ProcessEnv,
): (signal: AbortSignal) => Promise<History> {
  const place = readStorePlace(args)
  const [urlFrom, storeFrom] = [args.origin('url'), place && args.origin('store')]
  if (urlFrom === 'flag' && storeFrom === 'flag') throw new UsageError('--url and --store: give one of the two')
  if (place && (storeFrom === 'flag' || urlFrom === undefined)) return () => storeHistory(place)
  const target = { ...readServerTarget(args, env), elsewhere: '--url or --store' }
  const timeoutMs = 1_000 * args.integer('timeout-seconds', 1, 3_600)
  return async (signal) => serverHistory(target, timeoutMs, signal)
}

/** Opens a place, works with it and closes it; answers the exit code. */
export async function lookInto(
  open: (signal: AbortSignal) => Promise<History>,
  work: (place: History, signal: AbortSignal) => Promise<void>,
): Promise<number> {
  const interruption = new Interruption()
  const { signal } = interruption
  try {
    const place = await open(signal)
    try {
      await work(place, signal)
    } finally {
      await place.close()
    }
  } catch (error) {
    // What an interruption has cut short has not failed.
    if (!signal.aborted) throw error
  } finally {
    interruption.release()
  }
  return interruption.exitCode(exitCodes.done)
}

const formats = ['pretty', 'ndjson'] as const

export const historyFormatOptions: OptionSpecs<'json' | 'format'> = {
  json: { help: 'one JSON object a line; so it is in a pipe or file' },
  format: { value: 'FORMAT', help: 'pretty or ndjson; default: pretty on a terminal, ndjson in a pipe or file' },
}

export function readHistoryFormat(args: Arguments<keyof typeof historyFormatOptions>): (typeof formats)[number] {
  const format = args.oneOf('format', formats)
  if (args.flag('json') && format === 'pretty') throw new UsageError('--json and --format pretty: give one of the two')
  if (args.flag('json')) return 'ndjson'
  return format ?? (process.stdout.isTTY ? 'pretty' : 'ndjson')
}
