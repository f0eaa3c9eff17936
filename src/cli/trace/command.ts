import type { Arguments } from '../arguments.ts'
import { type Command, defineCommand } from '../command.ts'
import { UsageError } from '../failure.ts'
import {
  historyFormatOptions,
  historyPlaceOptions,
  lookInto,
  readHistoryFormat,
  readHistoryPlace,
} from '../history/open.ts'
import { wantsColors, writeLine } from '../output.ts'
import { collectConversation } from './collect.ts'
import { traceLines } from './pretty.ts'
import { type TreeLine, treeOf } from './tree.ts'

const options = {
  limit: { value: 'N', default: '10000', help: 'how many events at the most' },
  ...historyFormatOptions,
  ...historyPlaceOptions,
} as const

type Args = Arguments<keyof typeof options>

export const traceCommand: Command = defineCommand({
  name: 'trace',
  summary: 'shows what an event was caused by and what it has caused',
  usage: ['ID [options]'],
  details: `
Shows all recorded events of one conversation as a tree of causes and effects, with how long after the first one each
was published. ID is that of any event of it, or its correlation id. What a handler publishes is caused by the event in
its hand, and belongs to the same conversation. A cause that was not recorded is shown as unknown.`,
  options,
  examples: [
    { what: 'what came of an event', line: 'event-bus trace 0199c2f4-8a54-7d3c-9a77-d1f0a8f3f9f1' },
    {
      what: 'from a file, for another program',
      line: 'event-bus trace order-17 --store events.db --json | jq .event.type',
    },
  ],
  run: trace,
})

async function trace(args: Args): Promise<number> {
  const [id, ...more] = args.positionals
  if (id === undefined || more.length > 0) throw new UsageError('give the id of one event, or a correlation id')
  const limit = args.integer('limit', 1, 100_000)
  const format = readHistoryFormat(args)
  return lookInto(readHistoryPlace(args, process.env), async (place) => {
    const { events, isCut } = await collectConversation(place, id, limit)
    const tree = treeOf(events)
    const lines = format === 'ndjson' ? tree.map(toJsonLine) : traceLines(tree, { useColors: wantsColors(), id })
    for (const line of lines) if (!(await writeLine(line))) return
    if (isCut) process.stderr.write(`event-bus: there are more than ${limit} events; --limit shows more\n`)
  })
}

function toJsonLine({ depth, cause, recorded }: TreeLine): string {
  return JSON.stringify({ depth, cause, ...recorded })
}
