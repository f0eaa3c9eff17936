import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Sample {
  file: string
  code: string
}

const root = path.resolve(import.meta.dirname, '../..')
const imports = 'eslint(no-restricted-imports)'

const forbidden: Array<Sample & { rule: string }> = [
  { file: 'src/core/a1.ts', code: `import '../memory/x.ts'`, rule: imports },
  { file: 'src/core/a2.ts', code: `import '../index.ts'`, rule: imports },
  { file: 'src/core/a3.ts', code: `import type { Pool } from 'pg'`, rule: imports },
  { file: 'src/core/a4.ts', code: `export * from '../catalog/x.ts'`, rule: imports },
  { file: 'src/core/a5.ts', code: `import 'amqplib'`, rule: imports },
  { file: 'src/catalog/a1.ts', code: `import '../memory/x.ts'`, rule: imports },
  { file: 'src/catalog/a2.ts', code: `import 'amqplib'`, rule: imports },
  { file: 'src/memory/a1.ts', code: `import '../rabbitmq/x.ts'`, rule: imports },
  { file: 'src/memory/a2.ts', code: `import 'amqplib'`, rule: imports },
  { file: 'src/rabbitmq/a1.ts', code: `import '../memory/x.ts'`, rule: imports },
  { file: 'src/rabbitmq/a2.ts', code: `import '../store/x.ts'`, rule: imports },
  { file: 'src/rabbitmq/a3.ts', code: `import type { Channel } from 'amqplib'`, rule: imports },
  { file: 'src/store/a1.ts', code: `import '../rabbitmq/x.ts'`, rule: imports },
  { file: 'src/store/sqlite/a2.ts', code: `import '../../rabbitmq/x.ts'`, rule: imports },
  { file: 'src/appserver/a1.ts', code: `import '../rabbitmq/x.ts'`, rule: imports },
  { file: 'src/appserver/a2.ts', code: `import 'zod'`, rule: imports },
  { file: 'src/testing/a1.ts', code: `import '../rabbitmq/x.ts'`, rule: imports },
  { file: 'src/testing/a2.ts', code: `import 'vitest'`, rule: imports },
  { file: 'src/metrics/a1.ts', code: `import '../rabbitmq/x.ts'`, rule: imports },
  { file: 'src/metrics/a2.ts', code: `import 'prom-client'`, rule: imports },
  { file: 'src/cache/a1.ts', code: `import '../rabbitmq/x.ts'`, rule: imports },
  { file: 'src/cache/a2.ts', code: `import 'pg'`, rule: imports },
  { file: 'src/opentelemetry/a1.ts', code: `import '../rabbitmq/x.ts'`, rule: imports },
  { file: 'src/opentelemetry/a2.ts', code: `import '@opentelemetry/sdk-trace-base'`, rule: imports },
  { file: 'src/core/a6.ts', code: `import '@opentelemetry/api'`, rule: imports },
  { file: 'src/cli/a1.ts', code: `import 'amqplib'`, rule: imports },
  { file: 'src/cli/a2.ts', code: `import '../testing/x.ts'`, rule: imports },
  { file: 'src/index.ts', code: `export * from './rabbitmq/index.ts'`, rule: imports },
  { file: 'src/behind-index.ts', code: `import './rabbitmq/index.ts'`, rule: imports },
  { file: 'src/behind-index2.ts', code: `import 'amqplib'`, rule: imports },
  { file: 'src/memory/b1.ts', code: `import './b2.ts'; export const one = 1`, rule: 'import(no-cycle)' },
  { file: 'src/memory/b2.ts', code: `import './b1.ts'; export const two = 2`, rule: 'import(no-cycle)' },
  {
    file: 'src/memory/c1.ts',
    code: `export async function work(): Promise<void> {}; work()`,
    rule: 'typescript(no-floating-promises)',
  },
  {
    file: 'src/memory/c2.ts',
    code: `export const later = (act: () => void): void => act(); later(async () => {})`,
    rule: 'typescript(no-misused-promises)',
  },
  { file: 'src/memory/c3.ts', code: `export const one: number = await 1`, rule: 'typescript(await-thenable)' },
  {
    file: 'test/c4.ts',
    code: `async function work(): Promise<void> {}; work()`,
    rule: 'typescript(no-floating-promises)',
  },
  { file: 'test/d1.test.ts', code: `test.only('alone', () => {})`, rule: 'vitest(no-focused-tests)' },
]

const allowed: Sample[] = [
  { file: 'src/core/ok1.ts', code: `import './x.ts'` },
  { file: 'src/core/ok2.ts', code: `import 'node:fs/promises'; import 'node:crypto'` },
  { file: 'src/core/ok3.ts', code: `import 'uuid'; import type {} from '@standard-schema/spec'` },
  { file: 'src/catalog/ok1.ts', code: `import '../core/x.ts'` },
  { file: 'src/memory/ok1.ts', code: `import '../core/x.ts'` },
  { file: 'src/rabbitmq/ok1.ts', code: `import '../core/x.ts'; import './driver.ts'` },
  { file: 'src/rabbitmq/driver.ts', code: `import 'amqplib'; import '../core/x.ts'` },
  { file: 'src/ok1.ts', code: `import './core/x.ts'; import './behind-index.ts'; import './memory/index.ts'` },
  { file: 'src/appserver/ok1.ts', code: `import '../catalog/x.ts'` },
  { file: 'src/testing/ok1.ts', code: `import '../core/x.ts'` },
  { file: 'src/metrics/ok1.ts', code: `import '../core/x.ts'` },
  { file: 'src/metrics/prom-client.ts', code: `import 'prom-client'; import '../core/x.ts'` },
  { file: 'src/cache/ok1.ts', code: `import 'lru-cache'; import '../core/x.ts'; import '../catalog/x.ts'` },
  { file: 'src/opentelemetry/ok1.ts', code: `import '@opentelemetry/api'; import '../core/x.ts'` },
  { file: 'src/cli/ok1.ts', code: `import '../rabbitmq/index.ts'; import '../index.ts'; import 'node:util'` },
]

let reports: Map<string, string[]>
let folder: string

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'eventbus-lint-'))
  for (const file of ['.oxlintrc.json', 'tsconfig.json']) cpSync(path.join(root, file), path.join(folder, file))
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  for (const sample of [...forbidden, ...allowed]) write(sample)
  reports = lint()
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write({ file, code }: Sample): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
  writeFileSync(path.join(folder, file), `${code}\n`)
}

/** The rules that oxlint reports for each file. */
function lint(): Map<string, string[]> {
  const oxlint = path.join(root, 'node_modules/oxlint/bin/oxlint')
  const { stdout } = spawnSync(process.execPath, [oxlint, '--type-aware', '--format=json', 'src', 'test'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Array<{ filename: string; code: string }> }
  const rules = new Map<string, string[]>()
  for (const { filename, code } of diagnostics) rules.set(filename, [...(rules.get(filename) ?? []), code])
  return rules
}

describe('the linter refuses', () => {
  test.for(forbidden)('$file: $code', ({ file, rule }) => {
    expect(reports.get(file)).toContain(rule)
  })
})

describe('the linter accepts', () => {
  test.for(allowed)('$file: $code', ({ file }) => {
    expect(reports.get(file) ?? []).not.toContain(imports)
  })
})

test('only the driver names amqplib, in dynamic imports too, which the linter does not see', () => {
  const files = globSync('src/**/*.ts', { cwd: root })
  const importers = files.filter((file) =>
    /from 'amqplib|import\('amqplib/.test(readFileSync(path.join(root, file), 'utf8')),
  )
  expect(importers.filter((file) => file !== path.join('src', 'rabbitmq', 'driver.ts'))).toEqual([])
})
