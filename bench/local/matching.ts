import type { Measures } from '../axes/axis.ts'
import type { LocalContender, Matcher } from './contender.ts'

const sizes = [10, 1_000, 100_000] as const
const roundMs = 200
const rounds = 3
/** More than a trie remembers are searched for each time; a few are recalled. */
const typeCounts = { 'new type': 5_000, 'known type': 10 } as const

/** How long it takes to find what an event is wanted by, by the number of patterns. */
export async function matchAmongPatterns({ matcher }: LocalContender): Promise<Measures> {
  if (!matcher) throw new Error('it matches no patterns')
  const entries = sizes.flatMap((size) => {
    const filled = fill(matcher(), size)
    return Object.entries(typeCounts).map(([kind, count]) => {
      return [`ns, ${kind}, ${size} patterns`, nanosecondsPerMatch(filled, typesFor(size, count))] as const
    })
  })
  return Object.fromEntries(entries)
}

function fill(matcher: Matcher, size: number): Matcher {
  for (let index = 0; index < size; index++) matcher.add(patternOf(index), index)
  return matcher
}

/** A fifth each: exact, `*` at the end, `*` within, `#` at the end, `#` within. */
function patternOf(index: number): string {
  const app = `app${index}`
  const shapes = [
    `tenant.${app}.installed`,
    `tenant.${app}.*`,
    `*.${app}.installed`,
    `tenant.${app}.#`,
    `tenant.#.${app}.installed`,
  ]
  return shapes[index % shapes.length] as string
}

/** Two of five match a pattern. */
function typesFor(size: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `tenant.app${(index * 7) % size}.x${index}`)
}

/** The best of some rounds, since what else the machine does only ever makes it slower. */
function nanosecondsPerMatch(matcher: Matcher, types: readonly string[]): number {
  return Math.min(...Array.from({ length: rounds }, () => oneRound(matcher, types)))
}

function oneRound(matcher: Matcher, types: readonly string[]): number {
  const startedAt = performance.now()
  let matches = 0
  while (performance.now() - startedAt < roundMs) {
    for (const type of types) matcher.match(type)
    matches += types.length
  }
  return ((performance.now() - startedAt) * 1e6) / matches
}
