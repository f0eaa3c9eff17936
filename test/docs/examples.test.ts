import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { waitFor } from '../support/wait-for.ts'

const root = path.resolve(import.meta.dirname, '../..')
const files = [
  'README.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
interface Example {
  readonly line: number
  readonly code: string
  /** What the document says it prints; `undefined` where it does not say. */
  readonly output: string | undefined
}

/** The programs of a document: each block of TypeScript, with the block of text after it, if there is one. */
function examplesIn(file: string): Example[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  const blocks = text.matchAll(/^```ts\n(.*?)^```\n(?:\n```text\n(.*?)^```)?/gms)
  return Array.from(blocks, ({ 1: code = '', 2: output, index }) => ({
    line: text.slice(0, index).split('\n').length,
    code,
    output,
  }))
}

/** Sorted: what several handlers print has no order. */
function linesOf(text: string): string[] {
  return text.trimEnd().split('\n').sort()
}

/** How much a program prints before it is to be ended; one that knows no SIGTERM ends by itself. */
function servesUntil(code: string, output: string | undefined): number {
  return code.includes('SIGTERM') ? (output?.length ?? 0) : Infinity
}

/** Runs a program to its end; one that serves on is ended by SIGTERM when it has printed enough. */
async function run(
  program: string,
  enough: number,
): Promise<{ stdout: string; stderr: string; exitCode: number | null }> {
  const env = {
    ...process.env,
    EVENTBUS_AMQP_URL: inject('amqpUrl'),
    EVENTBUS_DATABASE_URL: inject('postgresUrl'),
    // Goes with the run.
    EVENTBUS_SCHEMA: `${inject('postgresSchemaPrefix')}docs`,
  }
  // What it writes goes with the folder.
  const child = spawn(process.execPath, [program], { cwd: folder, env })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  try {
    await waitFor(() => child.exitCode !== null || stdout.length >= enough, {
      timeoutMs: 15_000,
      message: program,
    })
    if (child.exitCode === null) child.kill('SIGTERM')
    await waitFor(() => child.exitCode !== null || child.signalCode !== null, {
      timeoutMs: 15_000,
      message: `the end of ${program}`,
    })
  } finally {
    child.kill('SIGKILL')
  }
  return { stdout, stderr, exitCode: child.exitCode }
}

let folder: string

beforeAll(() => {
  if (!existsSync(path.join(root, 'dist/index.js'))) throw new Error('dist is missing: npm run build')
  // Inside the package, so that it finds itself by its name.
  folder = mkdtempSync(path.join(root, 'test/docs/run-'))
})

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  const queues = ['instance:billing-1', 'group:invoices:app.installed'].map((name) => `readme.events:${name}`)
  await removeTopologyOf(inject('amqpUrl'), 'readme.events', queues)
})

describe.each(files.filter((file) => examplesIn(file).length > 0))('%s', (file) => {
  for (const { line, code, output } of examplesIn(file)) {
    test(`the example at line ${line} runs${output === undefined ? '' : ' and prints what it says'}`, async () => {
      const program = path.join(folder, `${path.basename(file, '.md')}-${line}.ts`)
      writeFileSync(program, code)
      const { stdout, stderr, exitCode } = await run(program, servesUntil(code, output))
      expect(stderr).toBe('')
      if (output !== undefined) expect(linesOf(stdout)).toEqual(linesOf(output))
      expect(exitCode).toBe(0)
    })
  }
})

test("the README's first program has fewer than 15 lines", () => {
  const [first] = examplesIn('README.md')
  expect(first?.code.trimEnd().split('\n').length).toBeLessThan(15)
})
