import { fromJson } from '../core/cloud-events.ts'
import type { EventInput } from '../core/event.ts'
import { Failure } from './failure.ts'
import type { Item } from './publish-each.ts'

/** One line of a stream; `text` without its line feed. */
export type Line = {
  readonly number: number
  /** With its line feed. */
  readonly bytes: number
} & ({ readonly text: string } | { readonly fault: Failure })

const lineFeed = 0x0a

/** Cuts a stream into lines and holds no more than `maxBytes` of one: a longer line is passed over and says so. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Line> {
  let line = new PartialLine(1, maxBytes)
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      yield line.add(chunk.subarray(start, end)).end(1)
      line = new PartialLine(line.number + 1, maxBytes)
      start = end + 1
    }
    line.add(chunk.subarray(start))
  }
  if (line.bytes > 0) yield line.end(0)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

class PartialLine {
  readonly number: number
  bytes = 0
  readonly #maxBytes: number
  #parts: Uint8Array[] = []

  constructor(number: number, maxBytes: number) {
    this.number = number
    this.#maxBytes = maxBytes
  }

  add(part: Uint8Array): this {
    this.bytes += part.length
    if (this.bytes > this.#maxBytes) this.#parts = []
    else if (part.length > 0) this.#parts.push(part)
    return this
  }

  end(lineFeedBytes: number): Line {
    const [number, bytes] = [this.number, this.bytes + lineFeedBytes]
    if (this.bytes > this.#maxBytes) {
      return { number, bytes, fault: new Failure('EVENT_TOO_LARGE', `the line has more than ${this.#maxBytes} bytes`) }
    }
    try {
      return { number, bytes, text: utf8.decode(Buffer.concat(this.#parts)) }
    } catch {
      return { number, bytes, fault: new Failure('EVENT_INVALID', 'the line is no UTF-8') }
    }
  }
}

/** The events of NDJSON; empty lines are none. */
export async function* eventsOf(lines: AsyncIterable<Line>): AsyncGenerator<Item> {
  for await (const line of lines) {
    if ('fault' in line || line.text.trim() !== '') {
      yield { number: line.number, bytes: line.bytes, read: () => readEvent(line) }
    }
  }
}

function readEvent(line: Line): EventInput {
  if ('fault' in line) throw line.fault
  return fromJson(parseJson(line.text, 'the line is no JSON'))
}

/** Throws `EVENT_INVALID`, starting with `what`. */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Failure('EVENT_INVALID', `${what}: ${(cause as Error).message}`, { cause })
  }
}
