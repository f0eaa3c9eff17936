import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { waitFor } from '../wait-for.ts'

/** What a crasher process is told on its command line, as one JSON argument. */
export interface CrasherOrders {
  readonly url: string
  readonly exchange: string
  readonly instance: string
  readonly prefetch: number
  /** The pattern that it handles as an instance. */
  readonly everywhere?: string
  /** The pattern that it handles as a member of the group `workers`. */
  readonly group?: string
  /** The pattern that it handles from the start of its store, ten at a time; and the store's file. */
  readonly history?: { readonly pattern: string; readonly file: string }
  /** The file that it writes down in what it starts and what it has done, line by line. */
  readonly journal: string
}

const program = fileURLToPath(new URL('crasher.ts', import.meta.url))

/** A crasher that is started again whenever it ends, as a supervisor does with a server. */
export class Restarted {
  readonly #orders: CrasherOrders
  #child: ChildProcess | undefined
  /** How often it has ended itself. */
  crashes = 0

  constructor(orders: CrasherOrders) {
    this.#orders = orders
  }

  /** Resolves when its subscriptions are ready, if it lives to see that. */
  async start(): Promise<void> {
    const before = this.journal('ready').length
    this.#run()
    await waitFor(() => this.journal('ready').length > before || this.crashes > 0, {
      message: `${this.#orders.instance} ready`,
    })
  }

  /** Closes its bus and ends. */
  async end(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    const killer = setTimeout(() => child.kill('SIGKILL'), 15_000)
    child.send('close', () => {})
    await exited
    clearTimeout(killer)
  }

  /** What it has written down under a word, over all its lives. */
  journal(word: 'start' | 'done' | 'ready' | 'log' | 'fault'): string[] {
    const { journal } = this.#orders
    const lines = existsSync(journal) ? readFileSync(journal, 'utf8').trimEnd().split('\n') : []
    return lines.filter((line) => line.split(' ', 1)[0] === word).map((line) => line.slice(word.length + 1))
  }

  #run(): void {
    const child = fork(program, [JSON.stringify(this.#orders)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
      // A start takes a quarter of the time then, and there are dozens.
      env: { ...process.env, NODE_COMPILE_CACHE: path.join(path.dirname(this.#orders.journal), 'compiled') },
    })
    this.#child = child
    child.once('exit', () => {
      if (this.#child !== child) return
      this.crashes++
      this.#run()
    })
  }
}
