/**
 * What the pattern rules are, case by case. The runtime matcher, the type-level matcher and the real broker are all
 * held to these answers; where they could be read in two ways, the broker's reading is the right one.
 */
export interface PatternCase {
  readonly pattern: string
  readonly type: string
  readonly matches: boolean
}

interface Answers {
  readonly yes?: readonly string[]
  readonly no?: readonly string[]
}

const longestWord = 'w'.repeat(255)
const manyWords = `${'a.'.repeat(127)}a`

const answers: Readonly<Record<string, Answers>> = {
  // No wildcard: the type itself and nothing else.
  app: { yes: ['app'], no: ['App', 'ap', 'apps', 'app.app', 'app.installed', 'x.app'] },
  'app.installed': {
    yes: ['app.installed'],
    no: ['app', 'app.Installed', 'app.installed.now', 'my.app.installed', 'app_installed'],
  },
  [longestWord]: { yes: [longestWord], no: ['w'] },
  [manyWords]: { yes: [manyWords], no: ['a', 'a.a'] },

  // `*` is exactly one word.
  '*': { yes: ['app', 'a', longestWord, 'größe'], no: ['app.installed', manyWords] },
  '*.*': { yes: ['app.installed', 'a.a'], no: ['app', 'a.b.c'] },
  'app.*': { yes: ['app.installed', 'app.app'], no: ['app', 'app.a.b', 'apps.installed', 'x.app.installed'] },
  '*.installed': {
    yes: ['app.installed'],
    no: ['installed', 'my.app.installed', 'app.installed.now', 'app.uninstalled'],
  },
  'a.*.b': { yes: ['a.x.b', 'a.a.b', 'a.b.b'], no: ['a.b', 'a.x.y.b', 'a.x.c'] },
  '*.a.*': { yes: ['x.a.y', 'a.a.a'], no: ['a', 'x.a', 'a.y', 'x.x.a.y'] },

  // `#` is zero or more words.
  '#': { yes: ['app', 'app.installed', 'a.b.c.d.e.f', longestWord, manyWords, 'größe.漢字'] },
  'app.#': { yes: ['app', 'app.installed', 'app.a.b.c'], no: ['App', 'apps', 'x.app', 'x.app.y'] },
  '#.app': { yes: ['app', 'my.app', 'a.b.app', 'app.app'], no: ['app.x', 'myapp'] },
  'a.#.b': { yes: ['a.b', 'a.x.b', 'a.x.y.b', 'a.b.b', 'a.b.a.b'], no: ['a', 'b', 'ab', 'a.b.c', 'x.a.b'] },
  '#.#': { yes: ['app', 'a.b', 'a.b.c', manyWords] },
  '#.#.#': { yes: ['a', 'a.b', 'a.b.c.d'] },
  'a.#.#': { yes: ['a', 'a.b', 'a.b.c'], no: ['b', 'b.a'] },
  '#.#.a': { yes: ['a', 'b.a', 'c.b.a'], no: ['a.b', 'b'] },
  'a.#.#.b': { yes: ['a.b', 'a.x.b', 'a.x.y.b'], no: ['a', 'b', 'a.b.x'] },
  '#.app.#': { yes: ['app', 'x.app', 'app.y', 'x.app.y', 'x.y.app.app.z'], no: ['apps', 'x.y', 'x.apps.y'] },
  '#.a.#.b.#': { yes: ['a.b', 'x.a.b', 'a.x.b', 'a.b.x', 'b.a.b', 'x.a.y.b.z'], no: ['a', 'b', 'b.a', 'x.b.a'] },
  '#.a.#.a': { yes: ['a.a', 'x.a.y.a', 'a.a.a'], no: ['a', 'a.x', 'a.a.x'] },
  'a.#.a': { yes: ['a.a', 'a.a.a', manyWords], no: ['a'] },

  // Both: `*` takes its word before `#` may take none.
  '*.#': { yes: ['app', 'a.b', 'a.b.c', longestWord] },
  '#.*': { yes: ['app', 'a.b', 'a.b.c'] },
  '#.*.#': { yes: ['app', 'a.b', 'a.b.c', manyWords] },
  '*.#.*': { yes: ['a.b', 'a.b.c', 'a.b.c.d'], no: ['app'] },
  '*.*.#': { yes: ['a.b', 'a.b.c'], no: ['app'] },
  '#.*.*': { yes: ['a.b', 'a.b.c'], no: ['app'] },
  '*.#.*.#.*': { yes: ['a.b.c', 'a.b.c.d'], no: ['a', 'a.b'] },
  'app.*.#': { yes: ['app.installed', 'app.a.b'], no: ['app', 'x.installed'] },
  'app.#.*': { yes: ['app.installed', 'app.a.b'], no: ['app', 'x.installed'] },
  '#.*.app': { yes: ['my.app', 'a.b.app', 'app.app'], no: ['app', 'app.my'] },
  'a.*.#.b': { yes: ['a.x.b', 'a.b.b', 'a.x.y.b'], no: ['a.b', 'a.x'] },
  'a.#.*.b': { yes: ['a.x.b', 'a.b.b', 'a.x.y.b'], no: ['a.b', 'a.x'] },
  '*.a.#': { yes: ['x.a', 'x.a.y', 'a.a'], no: ['a', 'a.x', 'x.y.a'] },

  // A word is any text: only the dot separates, case counts, nothing is normalized.
  'order-line.*': {
    yes: ['order-line.created'],
    no: ['order.line.created', 'order_line.created', 'order-lines.created'],
  },
  'a_b.#': { yes: ['a_b', 'a_b.c'], no: ['a.b', 'a-b'] },
  'urn:app.*': { yes: ['urn:app.v1:2'], no: ['urn.app.v1', 'urn:app'] },
  'App.*': { yes: ['App.Installed'], no: ['app.installed', 'APP.installed'] },
  'größe.*': { yes: ['größe.geändert'], no: ['grosse.geändert', 'GRÖSSE.geändert'] },
  'caf\u00e9': { yes: ['caf\u00e9'], no: ['cafe\u0301', 'cafe'] },
  '漢字.#': { yes: ['漢字', '漢字.仮名.😀'], no: ['漢', '字.漢字'] },
  '*.😀': { yes: ['a.😀'], no: ['😀', 'a.😁'] },
  'with space.*': { yes: ['with space.x y'], no: ['with.space.x'] },
}

/** What the API refuses and a broker does not: our matcher must still agree with it, on what others publish and bind. */
const refusedAnswers: Readonly<Record<string, Answers>> = {
  // An empty key has no words; a dot with nothing beside it has empty ones, and they count.
  '': { yes: [''], no: ['a', '.'] },
  '#': { yes: ['', '.', '..', 'a.'] },
  '*': { yes: [], no: ['', '.', 'a.', '.a'] },
  '*.*': { yes: ['.', 'a.', '.a'], no: ['', '..'] },
  'a.#': { yes: ['a.', 'a..', 'a..b'], no: ['', '.a'] },
  'a.*': { yes: ['a.'], no: ['a..', '.a'] },
  'a.': { yes: ['a.'], no: ['a', 'a.b', 'a..'] },
  '.a': { yes: ['.a'], no: ['a', 'b.a'] },
  'a..b': { yes: ['a..b'], no: ['a.b', 'a.x.b'] },
  'a.*.b': { yes: ['a..b'] },
  '.': { yes: ['.'], no: ['', 'a', 'a.b'] },
  '.#': { yes: ['.', '.a', '..'], no: ['a', 'a.b'] },
  '#.': { yes: ['.', 'a.', 'a.b.'], no: ['a', 'a.b'] },

  // Beside other characters a wildcard is a character.
  'app.install*': { yes: ['app.install*'], no: ['app.installed', 'app.install'] },
  'a#': { yes: ['a#'], no: ['a', 'ab', 'a.b'] },
  '**': { yes: ['**'], no: ['a', 'a.b', 'ab'] },
  'a.##': { yes: ['a.##'], no: ['a', 'a.b', 'a.b.c'] },

  // In a type even a whole word `*` or `#` is a word like any other.
  app: { no: ['*', '#'] },
  'app.*': { yes: ['app.*', 'app.#'], no: ['*.*', '#'] },
  'app.#': { yes: ['app.*', 'app.#'], no: ['#'] },
  'a.#.b': { yes: ['a.#.b', 'a.*.b'], no: ['#', 'a.#'] },
}

/** Cases whose pattern and type the API takes. */
export const corpus: readonly PatternCase[] = casesOf(answers)

/** Cases that the API refuses at the door, by their pattern or by their type. */
export const refusedCorpus: readonly PatternCase[] = casesOf(refusedAnswers)

function casesOf(table: Readonly<Record<string, Answers>>): PatternCase[] {
  return Object.entries(table).flatMap(([pattern, { yes = [], no = [] }]) => [
    ...yes.map((type) => ({ pattern, type, matches: true })),
    ...no.map((type) => ({ pattern, type, matches: false })),
  ])
}
