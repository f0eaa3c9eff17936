import { assertPattern } from '../../core/pattern.ts'
import type { Arguments, OptionSpecs } from '../arguments.ts'
import type { HistoryFilter } from './filter.ts'
import { readTime } from './time.ts'

type FilterOption = 'subject' | 'source' | 'correlation' | 'causation' | 'id' | 'since' | 'until' | 'after' | 'before'

/** The options that say which part of history is meant; patterns stand on the line by themselves. */
export const filterOptions: OptionSpecs<FilterOption> = {
  subject: { value: 'SUBJECT', help: 'of this entity' },
  source: { value: 'NAME', help: 'from this publisher' },
  correlation: { value: 'ID', help: 'of this conversation' },
  causation: { value: 'ID', help: 'that the handlers of this event have published' },
  id: { value: 'ID', help: 'this one' },
  since: { value: 'TIME', help: 'from this time on: 2026-01-31T12:00:00Z, 2026-01-31, or 2h, 15m, 7d ago' },
  until: { value: 'TIME', help: 'from before this time' },
  after: { value: 'POSITION', help: 'recorded behind this position, the first of them' },
  before: { value: 'POSITION', help: 'recorded in front of this position' },
}

export function readFilter(args: Arguments<FilterOption>): HistoryFilter {
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
