import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { waitFor } from '../support/wait-for.ts'

const bin = path.resolve(import.meta.dirname, '../../src/cli/bin.ts')

export interface RunOptions {
  /** Beside PATH; no variable of the tests' own environment reaches the command. */
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | Buffer
  /** More is to be written. */
  readonly keepInputOpen?: boolean
  /** Arguments for Node.js itself. */
  readonly nodeArgs?: readonly string[]
}

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** One running call of `event-bus`. */
export class Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  stdout = ''
  stderr = ''

  constructor(child: ChildProcess) {
    this.child = child
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
    this.ended = once(child, 'close').then(([code]) => ({
      code: code as number | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }))
  }

  get lines(): string[] {
    return this.stdout.split('\n').filter((line) => line !== '')
  }

  write(text: string): void {
    this.child.stdin?.write(text)
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name)
  }

  async has(what: 'stdout' | 'stderr', text: string | RegExp): Promise<void> {
    const isThere = (): boolean => (typeof text === 'string' ? this[what].includes(text) : text.test(this[what]))
    const message = `${what} with ${String(text)}`
    await waitFor(() => isThere(), { timeoutMs: 15_000, message }).catch((error: Error) => {
      throw new Error(`${error.message}; stdout: ${this.stdout}; stderr: ${this.stderr}`)
    })
  }
}

const running = new Set<Running>()

export function start(args: readonly string[], { env, input, keepInputOpen, nodeArgs = [] }: RunOptions = {}): Running {
  const child = spawn(process.execPath, [...nodeArgs, bin, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  const one = new Running(child)
  running.add(one)
  void one.ended.then(() => running.delete(one))
  child.stdin?.on('error', () => {})
  if (keepInputOpen) child.stdin?.write(input)
  else child.stdin?.end(input)
  return one
}

/** Runs a command to its end. */
export function run(args: readonly string[], options?: RunOptions): Promise<Ended> {
  return start(args, options).ended
}

/** Ends what a test has left running: in order, so that it deletes its queues; by force what does not. */
export async function endAll(): Promise<void> {
  const left = [...running]
  for (const one of left) one.signal('SIGTERM')
  await waitFor(() => left.every((one) => !running.has(one))).catch(() => {})
  for (const one of left) one.signal('SIGKILL')
  await Promise.all(left.map((one) => one.ended))
}

/** A server that listens on a free port. */
export async function startServe(
  args: readonly string[] = [],
  options?: RunOptions,
): Promise<Running & { url: string }> {
  const serve = start(['serve', '--port', '0', ...args], options)
  await serve.has('stdout', 'Ctrl-C ends it')
  const port = / listens on http:\/\/\S+:(\d+)\n/.exec(serve.stdout)?.[1]
  return Object.assign(serve, { url: `http://127.0.0.1:${port}` })
}

/** A tail that misses nothing from here on. */
export async function startTail(args: readonly string[], options?: RunOptions): Promise<Running> {
  const tail = start(['tail', ...args], options)
  await tail.has('stderr', 'listening for')
  return tail
}
