import { Failure } from '../failure.ts'
import { callServer, failureOf, jsonOf } from '../server-client.ts'
import type { ServerTarget } from '../target.ts'
import { toPath } from './filter.ts'
import type { History } from './history.ts'
import type { Recorded } from './recorded.ts'

const pageSize = 1_000

interface Page {
  readonly events: readonly Recorded[]
  readonly next?: string
}

/** History from a running `event-bus serve`, page by page. */
export function serverHistory(target: ServerTarget, timeoutMs: number, signal: AbortSignal): History {
  return {
    async *read(filter, limit = Infinity) {
      let left = limit
      let path: string | undefined = toPath(filter, Math.min(left, pageSize))
      while (path !== undefined && left > 0) {
        const { events, next }: Page = await getPage(target, path, timeoutMs, signal)
        yield* events.slice(0, left)
        left -= events.length
        path = next
      }
    },
    close: async () => {},
  }
}

async function getPage(target: ServerTarget, path: string, timeoutMs: number, signal: AbortSignal): Promise<Page> {
  const end = new AbortController()
  const abort = (): void => end.abort()
  const timer = setTimeout(abort, timeoutMs)
  signal.addEventListener('abort', abort)
  try {
    if (signal.aborted) abort()
    const headers = { accept: 'application/json' }
    const response = await callServer(target, path, { headers, signal: end.signal })
    const body = await jsonOf(response)
    if (response.statusCode === 200 && isPage(body)) return body
    throw end.signal.aborted ? noAnswer(target) : failureOf(response.statusCode, body)
  } catch (error) {
    throw end.signal.aborted ? noAnswer(target) : error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}

function isPage(body: unknown): body is Page {
  return typeof body === 'object' && body !== null && Array.isArray((body as Partial<Page>).events)
}

function noAnswer({ url }: ServerTarget): Failure {
  return new Failure('CONNECTION_FAILED', `${url} did not answer in time`)
}
