import type { Member } from './fleet.ts'

/** What a server answered. */
export interface Reply {
  readonly status: number
  readonly body: unknown
  /** Whether the settings came from the server's cache. */
  readonly cached: boolean
}

export async function request({ url }: Member, method: string, path: string, body?: object): Promise<Reply> {
  const response = await fetch(url + path, {
    method,
    signal: AbortSignal.timeout(15_000),
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  return {
    status: response.status,
    body: text === '' ? undefined : JSON.parse(text),
    cached: response.headers.get('x-cache') === 'hit',
  }
}
