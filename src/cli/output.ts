import { once } from 'node:events'

/** Whether colours are wanted where standard output leads. */
export function wantsColors(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors() && !process.env.NO_COLOR
}

/** Standard output, at the pace of who reads it. */
export class Output {
  #isClosed = false

  constructor() {
    process.stdout.once('error', () => (this.#isClosed = true))
  }

  /** Whether nobody reads any more. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  async line(text: string): Promise<void> {
    if (this.#isClosed || process.stdout.write(`${text}\n`)) return
    await once(process.stdout, 'drain').catch(() => {})
  }
}
