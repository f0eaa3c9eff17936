import { PatternTrie } from '../src/core/pattern-trie.ts'

// How long it takes to find the subscriptions of an event, by the number of patterns: `node bench/match.ts`.

const sizes = [10, 1_000, 100_000] as const
const roundMs = 300
const rounds = 5

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
  return shapes[index % shapes.length]!
}

function trieOf(size: number): PatternTrie<number> {
  const trie = new PatternTrie<number>()
  for (let index = 0; index < size; index++) trie.add(patternOf(index), index)
  return trie
}

/** The best of some rounds, since what else the machine does only ever makes it slower. */
function nanosecondsPerMatch(trie: PatternTrie<number>, types: readonly string[]): number {
  const measured = Array.from({ length: rounds }, () => oneRound(trie, types))
  return Math.min(...measured)
}

function oneRound(trie: PatternTrie<number>, types: readonly string[]): number {
  const startedAt = performance.now()
  let matches = 0
  while (performance.now() - startedAt < roundMs) {
    for (const type of types) trie.match(type)
    matches += types.length
  }
  return ((performance.now() - startedAt) * 1e6) / matches
}

/** More than the trie remembers are searched for each time; a few are recalled. Two of five match a pattern. */
function typesFor(size: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `tenant.app${(index * 7) % size}.x${index}`)
}

const rows = sizes.map((size) => {
  const trie = trieOf(size)
  const searched = nanosecondsPerMatch(trie, typesFor(size, 5_000))
  const recalled = nanosecondsPerMatch(trie, typesFor(size, 10))
  return { size, searched, recalled }
})
const [smallest] = rows

console.table(
  rows.map(({ size, searched, recalled }) => ({
    patterns: size,
    'ns, a new type': Math.round(searched),
    'x 10 patterns': Number((searched / smallest!.searched).toFixed(2)),
    'ns, a type seen before': Math.round(recalled),
  })),
)
