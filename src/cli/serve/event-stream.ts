import type { ServerResponse } from 'node:http'
import { toJson } from '../../core/cloud-events.ts'
import type { BusEvent } from '../../core/event.ts'

/** How events are written on a stream that does not end. */
export interface StreamFormat {
  readonly mediaType: string
  /** The first thing a client reads: from here on it misses nothing. */
  readonly opening: string
  /** Shows both ends and all between them that the connection lives. */
  readonly heartbeat: string
  event(event: BusEvent): string
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html */
export const serverSentEvents: StreamFormat = {
  mediaType: 'text/event-stream; charset=utf-8',
  opening: 'retry: 1000\n: ready\n\n',
  heartbeat: ': alive\n\n',
  event: (event) => `event: ${field(event.type)}\nid: ${field(event.id)}\ndata: ${toJson(event)}\n\n`,
}

export const ndjson: StreamFormat = {
  mediaType: 'application/x-ndjson',
  opening: '\n',
  heartbeat: '\n',
  event: (event) => `${toJson(event)}\n`,
}

/** A line break ends a field, and the null character makes clients ignore an id. */
function field(value: string): string {
  return value.replaceAll(/[\r\n\0]/g, ' ')
}

export interface EventStreamOptions {
  readonly format: StreamFormat
  readonly maxBacklogBytes: number
  readonly heartbeatMs: number
  /** Called once, when the reader was too slow and has been cut off. */
  readonly onCutOff: (backlogBytes: number) => void
}

/** Events on their way to one HTTP client. */
export class EventStream {
  readonly #response: ServerResponse
  readonly #options: EventStreamOptions
  #heartbeat: NodeJS.Timeout | undefined

  constructor(response: ServerResponse, options: EventStreamOptions) {
    this.#response = response
    this.#options = options
    response.once('close', () => clearInterval(this.#heartbeat))
  }

  /** Sends the headers: the subscription is ready. */
  open(): void {
    if (this.#response.destroyed) return
    const { format, heartbeatMs } = this.#options
    this.#response.writeHead(200, {
      'Content-Type': format.mediaType,
      'Cache-Control': 'no-store',
      // Proxies of the nginx kind hold back what they read unless they are told.
      'X-Accel-Buffering': 'no',
    })
    this.#response.write(format.opening)
    this.#heartbeat = setInterval(() => this.#write(format.heartbeat), heartbeatMs)
  }

  /** An event from before the opening is not owed to the client. */
  send(event: BusEvent): void {
    if (this.#response.headersSent) this.#write(this.#options.format.event(event))
  }

  /** Says goodbye: the client may come again. */
  end(): void {
    this.#response.end()
  }

  /** Never waits: a slow reader must hold back neither the others nor the queue, nor fill the memory. */
  #write(text: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return
    this.#response.write(text)
    const backlogBytes = this.#response.writableLength
    if (backlogBytes <= this.#options.maxBacklogBytes) return
    this.#response.destroy()
    this.#options.onCutOff(backlogBytes)
  }
}
