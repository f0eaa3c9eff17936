import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const document = readFileSync(path.join(root, 'docs/reliability.md'), 'utf8')
const proofs = [...new Set(document.match(/test\/[\w/.-]+\.test\.ts/g))]

test.each(proofs)('docs/reliability.md names a proof that is there: %s', (file) => {
  expect(existsSync(path.join(root, file))).toBe(true)
})

test('docs/reliability.md says of each chaos script what it proves', () => {
  const scripts = globSync('test/chaos/**/*.test.ts', { cwd: root })
  expect(scripts.filter((file) => !proofs.includes(file))).toEqual([])
})
