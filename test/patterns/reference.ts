/** The rules of a topic exchange as they are told, with no thought for speed: what every matcher is compared with. */
export function matchesByDefinition(pattern: string, type: string): boolean {
  return matchWords(wordsOf(pattern), wordsOf(type))
}

function matchWords([first, ...rest]: readonly string[], type: readonly string[]): boolean {
  if (first === undefined) return type.length === 0
  if (first === '#') return type.some((_, index) => matchWords(rest, type.slice(index))) || matchWords(rest, [])
  const [word, ...others] = type
  return word !== undefined && (first === '*' || first === word) && matchWords(rest, others)
}

function wordsOf(key: string): string[] {
  return key === '' ? [] : key.split('.')
}
