import { assertPattern } from '../../core/pattern.ts'
import type { Arguments } from '../arguments.ts'
import { type Command, defineCommand } from '../command.ts'
import { wantsColors, writeLine } from '../output.ts'
import type { HistoryFilter } from './filter.ts'
import type { History } from './history.ts'
import { historyFormatOptions, historyPlaceOptions, lookInto, readHistoryFormat, readHistoryPlace } from './open.ts'
import { historyLine } from './pretty.ts'
import type { Recorded } from './recorded.ts'
import { readTime } from './time.ts'

const options = {
  subject: { value: 'SUBJECT', help: 'of this entity' },
  source: { value: 'NAME', help: 'from this publisher' },
  correlation: { value: 'ID', help: 'of this conversation' },
  causation: { value: 'ID', help: 'that the handlers of this event have published' },
  id: { value: 'ID', help: 'this one' },
  since: { value: 'TIME', help: 'from this time on: 2026-01-31T12:00:00Z, 2026-01-31, or 2h, 15m, 7d ago' },
  until: { value: 'TIME', help: 'from before this time' },
  after: { value: 'POSITION', help: 'recorded behind this position, the first of them' },
  before: { value: 'POSITION', help: 'recorded in front of this position' },
  limit: { value: 'N', default: '100', help: 'how many at the most, up to 10000; all for all of them' },
  ...historyFormatOptions,
  ...historyPlaceOptions,
} as const

type Args = Arguments<keyof typeof options>

const maxLimit = 10_000

export const historyCommand: Command = defineCommand({
  name: 'history',
  summary: 'shows events that were recorded',
  usage: ['[PATTERN...] [filters] [options]'],
  details: `
Shows the last of the recorded events to which all that is given applies, oldest first; with --after the first of them.
They come from a running event-bus serve that was started with --store, or from the store itself with --store.
In patterns * stands for one word and # for any number of words; quote them, or the shell may replace them.`,
  options,
  examples: [
    { what: 'the last 100 events', line: 'event-bus history' },
    { what: 'what happened to an app today', line: "event-bus history 'app.#' --subject app-1 --since 24h" },
    { what: 'all there is, for another program', line: 'event-bus history --store events.db --limit all --json' },
  ],
  run: history,
})

async function history(args: Args): Promise<number> {
  const filter = readFilter(args)
  const limit = args.text('limit') === 'all' ? undefined : args.integer('limit', 1, maxLimit)
  const format = readHistoryFormat(args)
  const open = readHistoryPlace(args, process.env)
  return lookInto(open, async (place, signal) => {
    const write = writer(format, signal)
    const isFromStart = limit === undefined || filter.after !== undefined
    await (isFromStart ? showFirst(place, filter, limit, write) : showLast(place, filter, limit, write))
  })
}

function readFilter(args: Args): HistoryFilter {
  for (const pattern of args.positionals) assertPattern(pattern)
  const position = (name: 'after' | 'before'): number | undefined =>
    args.flag(name) ? args.integer(name, 0, 999_999_999_999_999) : undefined
  return {
    patterns: args.positionals.length > 0 ? args.positionals : ['#'],
    source: args.text('source'),
    subject: args.text('subject'),
    correlation: args.text('correlation'),
    causation: args.text('causation'),
    id: args.text('id'),
    since: readTime(args, 'since'),
    until: readTime(args, 'until'),
    after: position('after'),
    before: position('before'),
    direction: 'forward',
  }
}

/** Writes an event; answers whether to go on. */
type Write = (recorded: Recorded) => Promise<boolean>

function writer(format: 'pretty' | 'ndjson', signal: AbortSignal): Write {
  const useColors = wantsColors()
  return async (recorded) => {
    const { columns } = process.stdout
    const line = format === 'ndjson' ? JSON.stringify(recorded) : historyLine(recorded, { useColors, columns })
    return (await writeLine(line)) && !signal.aborted
  }
}

async function showFirst(
  place: History,
  filter: HistoryFilter,
  limit: number | undefined,
  write: Write,
): Promise<void> {
  let last: Recorded | undefined
  let count = 0
  for await (const recorded of place.read(filter, limit === undefined ? undefined : limit + 1)) {
    if (count === limit) return tell(count, `later ones: --after ${last?.position}`)
    if (!(await write(recorded))) return
    last = recorded
    count++
  }
  tell(count)
}

async function showLast(place: History, filter: HistoryFilter, limit: number, write: Write): Promise<void> {
  const found = await Array.fromAsync(place.read({ ...filter, direction: 'backward' }, limit + 1))
  const shown = found.slice(0, limit).reverse()
  for (const recorded of shown) if (!(await write(recorded))) return
  tell(shown.length, found.length > limit ? `older ones: --before ${shown[0]?.position}` : undefined)
}

/** On stderr: it is no part of the history. */
function tell(count: number, more?: string): void {
  const events = count === 1 ? '1 event' : `${count.toLocaleString('en-US')} events`
  process.stderr.write(`event-bus: ${events}${more === undefined ? '' : `; ${more}`}\n`)
}
