/** How the events of a run fared at one place: a queue, a group, a process. */
export interface Account {
  readonly where: string
  readonly confirmed: number
  /** Different events that were handled to the end. */
  readonly handled: number
  /** How often more than once. */
  readonly duplicates: number
  /** In the dead letters. */
  readonly dead: number
  /** Neither handled nor dead. */
  readonly lost: number
}

/** Compares what the publisher has confirmed with what was handled, once or more, and what is in the dead letters. */
export function accountFor(
  where: string,
  confirmed: readonly string[],
  handled: readonly string[],
  dead: readonly string[] = [],
): Account {
  const [seen, buried] = [new Set(handled), new Set(dead)]
  return {
    where,
    confirmed: confirmed.length,
    handled: seen.size,
    duplicates: handled.length - seen.size,
    dead: buried.size,
    lost: confirmed.filter((id) => !seen.has(id) && !buried.has(id)).length,
  }
}
