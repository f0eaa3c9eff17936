import fc from 'fast-check'

// A small alphabet, so that patterns and types meet, and words that differ only at the end or in case.
const word = fc.constantFrom('a', 'b', 'ab', 'A')
const wildcard = fc.constantFrom('*', '#')

/** Patterns that the API takes, of 1 to 6 words, every other one of them a wildcard. */
export const pattern: fc.Arbitrary<string> = fc
  .array(fc.oneof(word, wildcard), { minLength: 1, maxLength: 6 })
  .map((words) => words.join('.'))

/** Event types of 1 to 6 words. */
export const eventType: fc.Arbitrary<string> = fc
  .array(word, { minLength: 1, maxLength: 6 })
  .map((words) => words.join('.'))

/** As many different values, always the same ones for a seed. */
export function sample(arbitrary: fc.Arbitrary<string>, count: number, seed: number): string[] {
  const found = new Set<string>()
  for (const value of fc.sample(arbitrary, { numRuns: count * 20, seed })) {
    if (found.size < count) found.add(value)
  }
  return [...found]
}
