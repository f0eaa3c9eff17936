import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const keptErrorChars = 4_000

/** How long to wait for each step of another process, and what ends the waiting early. */
export interface Patience {
  readonly limitSeconds: number
  readonly signal: AbortSignal
}

/** What a process is told: whom it measures, and at what. */
export interface Orders {
  /** The URL of the module that exports the contender. */
  readonly module: string
  readonly task: string
}

/** A process that says 'ready', waits for the word, works, and reports what it has found. */
export class End<Found> {
  readonly #child: ChildProcess
  readonly #name: string
  readonly #patience: Patience
  #errors = ''

  private constructor(program: URL, orders: Orders, patience: Patience) {
    this.#name = `${orders.task} with ${orders.module.split('/').at(-1)}`
    this.#patience = patience
    this.#child = fork(fileURLToPath(program), [JSON.stringify(orders)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    // Told a child that has ended: its end says more.
    this.#child.on('error', () => {})
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-keptErrorChars)
    })
  }

  /** Starts the process; resolves when it is ready to work. */
  static async start<Found>(program: URL, orders: Orders, patience: Patience): Promise<End<Found>> {
    const end = new End<Found>(program, orders, patience)
    await end.#report()
    return end
  }

  /** Gives the word; resolves when the work is done. */
  async run(): Promise<Found> {
    this.#child.send('go')
    return (await this.#report()) as Found
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** The next report. A process that ends without one, or takes too long, is an error with what it wrote. */
  async #report(): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const fail = (why: string): void => reject(new Error(`${this.#name}: ${why}${this.#errors && `\n${this.#errors}`}`))
    const abort = (): void => fail('interrupted')
    if (this.#patience.signal.aborted) abort()
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) fail('has ended')
    const timer = setTimeout(
      () => fail(`not within ${this.#patience.limitSeconds} s`),
      this.#patience.limitSeconds * 1_000,
    )
    // 'close' comes when its last output is read.
    this.#child.once('message', resolve)
    this.#child.once('close', (code, signal) => fail(`ended with ${signal ?? code} before it was done`))
    this.#patience.signal.addEventListener('abort', abort)
    try {
      return await promise
    } catch (error) {
      this.kill()
      throw error
    } finally {
      clearTimeout(timer)
      this.#child.removeAllListeners('message').removeAllListeners('close')
      this.#patience.signal.removeEventListener('abort', abort)
    }
  }
}
