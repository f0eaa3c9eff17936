import type { IncomingMessage } from 'node:http'

/** What a route gets to see of a request. */
export interface Call {
  /** The parts of the path that the route names, e.g. `id` of `/apps/:id`, as they came. */
  readonly params: Readonly<Record<string, string>>
  readonly request: IncomingMessage
}

export interface Answer {
  readonly status: number
  /** Sent as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A method, a path and what answers it. */
export type Route = readonly [method: string, path: string, answer: (call: Call) => Promise<Answer> | Answer]

/** Finds the route of a request and answers with it: 404 where there is none, 405 where only the method differs. */
export async function answerBy(routes: readonly Route[], request: IncomingMessage): Promise<Answer> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
  const matches = routes.flatMap(([method, pattern, answer]) => {
    const params = match(pattern, path)
    return params ? [{ method, params, answer }] : []
  })
  if (matches.length === 0) return { status: 404, body: { error: `There is no ${path}` } }
  const route = matches.find(({ method }) => method === request.method)
  if (route) return route.answer({ params: route.params, request })
  const allow = matches.map(({ method }) => method).join(', ')
  return { status: 405, body: { error: `${path} takes ${allow}` }, headers: { allow } }
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  const expected = pattern.split('/')
  const words = path.split('/')
  if (words.length !== expected.length) return undefined
  const pairs = expected.map((name, index) => [name, words[index] ?? ''] as const)
  if (!pairs.every(([name, word]) => name.startsWith(':') || name === word)) return undefined
  return Object.fromEntries(pairs.filter(([name]) => name.startsWith(':')).map(([name, word]) => [name.slice(1), word]))
}
