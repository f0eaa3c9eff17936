import { request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  /** The body, if it is JSON. */
  readonly body: Record<string, unknown>
}

export interface Call {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** Calls a server; unlike `fetch` it lets a test set any header. */
export function call(url: string, { method = 'GET', headers = {}, body }: Call = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (response) => {
      const { statusCode = 0, headers: received } = response
      text(response).then(
        (all) => resolve({ status: statusCode, headers: received, text: all, body: asJson(all) }),
        reject,
      )
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

export function post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return call(`${url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  })
}

function asJson(all: string): Record<string, unknown> {
  try {
    return JSON.parse(all) as Record<string, unknown>
  } catch {
    return {}
  }
}

export interface OpenStream {
  readonly status: number
  readonly contentType: string | undefined
  /** What has arrived so far. */
  readonly received: string
  readonly isEnded: boolean
  /** Reads no more, and leaves the connection open. */
  pause(): void
  close(): void
}

/** Opens a stream; resolves when its headers have come. */
export function openStream(url: string, headers: Readonly<Record<string, string>> = {}): Promise<OpenStream> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers, agent: false }, (response) => {
      let [received, isEnded] = ['', false]
      response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk))
      response.on('close', () => (isEnded = true)).on('error', () => {})
      resolve({
        status: response.statusCode ?? 0,
        contentType: response.headers['content-type'],
        get received() {
          return received
        },
        get isEnded() {
          return isEnded
        },
        pause: () => void response.pause(),
        close: () => void response.destroy(),
      })
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}
