import type { Recorded } from '../history/recorded.ts'

/** What is known of the cause of an event. */
export type Cause =
  /** It names none. */
  | 'none'
  /** It stands above. */
  | 'known'
  /** It names one that is not recorded, or not in this conversation. */
  | 'unknown'
  /** It names one of its own effects. */
  | 'circular'

/** One event of a conversation in its place below its cause. */
export interface TreeLine {
  /** 0 for an event whose cause is not shown. */
  readonly depth: number
  readonly cause: Cause
  /** Whether it is the last effect of its cause. */
  readonly isLast: boolean
  readonly recorded: Recorded
}

/** The events as a tree, line by line, each cause in front of its effects, those by time. Every event comes once. */
export function treeOf(events: readonly Recorded[]): TreeLine[] {
  const known = new Set(events.map(({ event }) => event.id))
  const effects = effectsOf(events)
  const lines: TreeLine[] = []
  const seen = new Set<string>()
  const grow = (root: Recorded, cause: Cause): void => {
    // No recursion: a chain of causes can be longer than the stack is deep.
    const stack: TreeLine[] = [{ depth: 0, cause, isLast: true, recorded: root }]
    for (let line = stack.pop(); line; line = stack.pop()) {
      if (seen.has(line.recorded.event.id)) continue
      seen.add(line.recorded.event.id)
      lines.push(line)
      stack.push(...below(line, effects, seen))
    }
  }
  for (const recorded of [...events].sort(byTime)) {
    const { causationid } = recorded.event
    if (causationid === undefined) grow(recorded, 'none')
    else if (!known.has(causationid)) grow(recorded, 'unknown')
  }
  // What is left has causes that are its effects.
  for (const recorded of events) if (!seen.has(recorded.event.id)) grow(recorded, 'circular')
  return lines
}

function effectsOf(events: readonly Recorded[]): Map<string | undefined, Recorded[]> {
  return Map.groupBy(events, ({ event }) => event.causationid)
}

/** The last first: the stack turns them round. */
function below(
  { depth, recorded }: TreeLine,
  effects: ReadonlyMap<string | undefined, readonly Recorded[]>,
  seen: ReadonlySet<string>,
): TreeLine[] {
  const own = (effects.get(recorded.event.id) ?? []).filter(({ event }) => !seen.has(event.id)).sort(byTime)
  const lines = own.map((effect, index): TreeLine => {
    return { depth: depth + 1, cause: 'known', isLast: index === own.length - 1, recorded: effect }
  })
  return lines.reverse()
}

function byTime(one: Recorded, other: Recorded): number {
  return Date.parse(one.event.time) - Date.parse(other.event.time) || one.position - other.position
}
