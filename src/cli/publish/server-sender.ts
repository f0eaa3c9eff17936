import { batchType, toJson } from '../../core/cloud-events.ts'
import type { BusEvent, EventInput } from '../../core/event.ts'
import { stamp } from '../../core/stamp.ts'
import { Failure } from '../failure.ts'
import { callServer, failureOf, jsonOf } from '../server-client.ts'
import type { ServerTarget } from '../target.ts'
import type { Sender } from './sender.ts'

interface Waiting {
  readonly event: BusEvent
  readonly json: string
  readonly resolve: (event: BusEvent) => void
  readonly reject: (error: Error) => void
}

const maxBatchEvents = 500
const maxBatchLength = 1024 * 1024

/** The server has as long for its broker as we have for the server: its own answer tells more. */
const graceMs = 5_000

/** Sends events to `event-bus serve`: what waits goes in one request, and one request at a time keeps the order. */
export class ServerSender implements Sender {
  readonly #target: ServerTarget
  readonly #source: string
  readonly #timeoutMs: number
  #waiting: Waiting[] = []
  #isSending = false

  constructor(target: ServerTarget, { source, timeoutMs }: { readonly source: string; readonly timeoutMs: number }) {
    this.#target = target
    this.#source = source
    this.#timeoutMs = timeoutMs
  }

  async send(input: EventInput): Promise<{ readonly id: string }> {
    // Stamped here: an event whose answer was lost keeps its id when it is sent again.
    const event = stamp(input, this.#source, undefined)
    const json = toJson(event)
    return new Promise<BusEvent>((resolve, reject) => {
      this.#waiting.push({ event, json, resolve, reject })
      if (!this.#isSending) void this.#sendAll()
    })
  }

  async close(): Promise<void> {}

  /** Never rejects. */
  async #sendAll(): Promise<void> {
    this.#isSending = true
    // After the current tick, so that what it sends goes together.
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#sendBatch(this.#take())
    this.#isSending = false
  }

  #take(): Waiting[] {
    let [count, length] = [0, 0]
    for (const { json } of this.#waiting) {
      if (count > 0 && (count >= maxBatchEvents || length + json.length > maxBatchLength)) break
      count++
      length += json.length
    }
    return this.#waiting.splice(0, count)
  }

  async #sendBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const answer = await this.#post(batch)
      if (answer.results === undefined && answer.status === 413 && batch.length > 1) return await this.#halve(batch)
      batch.forEach((one, index) => settle(one, answer.results?.[index], answer))
    } catch (error) {
      for (const { reject } of batch) reject(error as Error)
    }
  }

  /** The server's limit is lower than ours. */
  async #halve(batch: readonly Waiting[]): Promise<void> {
    const middle = Math.ceil(batch.length / 2)
    await this.#sendBatch(batch.slice(0, middle))
    await this.#sendBatch(batch.slice(middle))
  }

  async #post(batch: readonly Waiting[]): Promise<Answer> {
    const signal = AbortSignal.timeout(this.#timeoutMs + graceMs)
    try {
      const response = await callServer(this.#target, '/events', {
        method: 'POST',
        headers: { 'content-type': batchType },
        body: `[${batch.map(({ json }) => json).join(',')}]`,
        signal,
      })
      const body = await jsonOf(response)
      return { status: response.statusCode ?? 0, body, results: resultsOf(body) }
    } catch (error) {
      throw signal.aborted ? unconfirmed(this.#target, this.#timeoutMs + graceMs) : error
    }
  }
}

interface Answer {
  readonly status: number
  readonly body: unknown
  /** One for each event; none if the server did not come so far as to look at them. */
  readonly results: readonly unknown[] | undefined
}

function resultsOf(body: unknown): readonly unknown[] | undefined {
  const results = typeof body === 'object' && body !== null && 'results' in body ? body.results : undefined
  return Array.isArray(results) ? (results as unknown[]) : undefined
}

function settle({ event, resolve, reject }: Waiting, result: unknown, { status, body }: Answer): void {
  const isConfirmed = typeof result === 'object' && result !== null && !('code' in result)
  if (isConfirmed) resolve(event)
  else reject(failureOf(status, result ?? body))
}

function unconfirmed({ url }: ServerTarget, ms: number): Failure {
  return new Failure('PUBLISH_UNCONFIRMED', `${url} did not answer within ${ms / 1_000} s; the events may have arrived`)
}
