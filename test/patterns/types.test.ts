import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { generatedFile, generatePatternTypes } from '../../scripts/generate-pattern-types.ts'

test('the cases that the type checker is given are those of the corpus', async () => {
  const hint = 'out of date; run: node scripts/generate-pattern-types.ts'
  expect(await readFile(generatedFile, 'utf8'), hint).toBe(await generatePatternTypes())
})
