import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import type { JournalKind } from './protocol.ts'

const nothing: ReadonlyMap<string, number> = new Map()

/** What a member has written down so far. */
export class Journal {
  readonly #file: string
  #offset = 0
  /** A line that is not whole yet. */
  #rest = ''
  readonly #entries = new Map<string, Map<string, number>>()

  constructor(file: string) {
    this.#file = file
  }

  /** How often each event is there, in the order in which they came. */
  entries(kind: JournalKind): ReadonlyMap<string, number> {
    for (const line of this.#newLines()) this.#add(line)
    return this.#entries.get(kind) ?? nothing
  }

  #add(line: string): void {
    const [kind = '', id = ''] = line.split(' ')
    const entries = this.#entries.get(kind) ?? new Map<string, number>()
    this.#entries.set(kind, entries.set(id, (entries.get(id) ?? 0) + 1))
  }

  #newLines(): string[] {
    const lines = (this.#rest + this.#newText()).split('\n')
    this.#rest = lines.pop() ?? ''
    return lines
  }

  #newText(): string {
    if (!existsSync(this.#file)) return ''
    const file = openSync(this.#file, 'r')
    const chunk = Buffer.alloc(65_536)
    let text = ''
    for (let length = -1; length !== 0; this.#offset += length) {
      length = readSync(file, chunk, 0, chunk.length, this.#offset)
      text += chunk.toString('latin1', 0, length)
    }
    closeSync(file)
    return text
  }
}
