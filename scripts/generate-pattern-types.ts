import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { eventType, pattern, sample } from '../test/patterns/arbitraries.ts'
import { corpus } from '../test/patterns/corpus.ts'
import { matchesByDefinition } from '../test/patterns/reference.ts'

/** The file that holds the cases of the corpus, and as many made-up ones, as assertions for the type checker. */
export const generatedFile: string = fileURLToPath(new URL('../test/types/patterns.generated.ts', import.meta.url))

// Fixed, so that the file changes with the corpus only.
const seed = 20_240_601

/** The file's text: every pattern of the corpus on every type of it, and every made-up pattern on every made-up type. */
export async function generatePatternTypes(): Promise<string> {
  const corpusTypes = distinct(corpus.map(({ type }) => type))
  const madeUpTypes = sample(eventType, 60, seed)
  const lines = [
    '// Made by scripts/generate-pattern-types.ts from test/patterns/corpus.ts. Do not edit: `node scripts/generate-pattern-types.ts`.',
    "import type { Select } from '../../src/catalog/select.ts'",
    "import { expectEqual } from './expect-equal.ts'",
    '',
    ...unionOf('CorpusType', corpusTypes),
    ...unionOf('MadeUpType', madeUpTypes),
    ...distinct(corpus.map((one) => one.pattern)).flatMap((one) => assertion(one, 'CorpusType', corpusTypes)),
    '',
    ...sample(pattern, 240, seed + 1).flatMap((one) => assertion(one, 'MadeUpType', madeUpTypes)),
  ]
  return format(lines.join('\n'), { ...(await resolveConfig(generatedFile)), filepath: generatedFile })
}

function unionOf(name: string, types: readonly string[]): string[] {
  return [`type ${name} =`, ...types.map((type) => `  | ${quote(type)}`), '']
}

function assertion(pattern: string, union: string, types: readonly string[]): string[] {
  const selected = types.filter((type) => matchesByDefinition(pattern, type))
  const expected = selected.length === types.length ? union : selected.map(quote).join(' | ') || 'never'
  return [`expectEqual<Select<${quote(pattern)}, ${union}>, ${expected}>()`]
}

function quote(text: string): string {
  return `'${text}'`
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)]
}

if (import.meta.main) await writeFile(generatedFile, await generatePatternTypes())
