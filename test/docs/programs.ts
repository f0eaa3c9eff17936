import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { waitFor } from '../support/wait-for.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** README.md and what is in docs/. */
export const documents: readonly string[] = [
  'README.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

/** A program in a document. */
export interface Example {
  readonly line: number
  readonly code: string
  /** What the document says it prints; `undefined` where it does not say. */
  readonly output: string | undefined
  /** Whether it wants a broker with TLS. */
  readonly isSecure: boolean
}

/** The programs of a document: each block of TypeScript, with the block of text after it, if there is one. */
export function examplesIn(file: string): Example[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  const blocks = text.matchAll(/^```ts\n(.*?)^```\n(?:\n```text\n(.*?)^```)?/gms)
  return Array.from(blocks, ({ 1: code = '', 2: output, index }) => ({
    line: text.slice(0, index).split('\n').length,
    code,
    output,
    isSecure: code.includes('amqps://'),
  }))
}

/** Sorted: what several handlers print has no order. */
export function linesOf(text: string): string[] {
  return text.trimEnd().split('\n').sort()
}

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv
  /** Default: a folder for all of them. */
  readonly cwd?: string
}

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | null
}

/** Runs programs of documents as users would, with the package as it was built. */
export class Programs {
  readonly #folder: string

  constructor() {
    if (!existsSync(path.join(root, 'dist/index.js'))) throw new Error('dist is missing: npm run build')
    // Inside the package, so that it finds itself by its name.
    this.#folder = mkdtempSync(path.join(root, 'test/docs/run-'))
  }

  /** Runs a program to its end, in a folder that goes with what it writes; one that serves on is ended by SIGTERM when it has printed what it says. */
  async run(file: string, { line, code, output }: Example, { env, cwd = this.#folder }: RunOptions): Promise<Ended> {
    const program = path.join(this.#folder, `${path.basename(file, '.md')}-${line}.ts`)
    writeFileSync(program, code)
    return runToEnd(program, code.includes('SIGTERM') ? (output?.length ?? 0) : Infinity, { env, cwd })
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function runToEnd(program: string, enough: number, options: Required<RunOptions>): Promise<Ended> {
  const child = spawn(process.execPath, [program], { ...options, env: { ...process.env, ...options.env } })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  try {
    await waitFor(() => child.exitCode !== null || stdout.length >= enough, {
      message: program,
    })
    if (child.exitCode === null) child.kill('SIGTERM')
    await waitFor(() => child.exitCode !== null || child.signalCode !== null, {
      message: `the end of ${program}`,
    })
  } finally {
    child.kill('SIGKILL')
  }
  return { stdout, stderr, exitCode: child.exitCode }
}
