import type { ServerResponse } from 'node:http'

/** A client that goes on sending after it was answered gets so long to read the answer. */
const lingerMs = 10_000

export function answerJson(
  response: ServerResponse,
  status: number,
  body: object,
  mediaType = 'application/json',
): void {
  answer(response, status, `${JSON.stringify(body)}\n`, mediaType)
}

export function answerText(response: ServerResponse, text: string, mediaType: string): void {
  answer(response, 200, text, mediaType)
}

function answer(response: ServerResponse, status: number, text: string, mediaType: string): void {
  const bytes = Buffer.from(text)
  response.writeHead(status, {
    'Content-Type': mediaType,
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
  })
  response.write(bytes)
  endWhenRead(response)
}

/**
 * Reads what still comes of the request and drops it, and only then ends: a connection that is closed with unread bytes
 * is reset, and the answer is lost with it.
 */
function endWhenRead(response: ServerResponse): void {
  const { req: request } = response
  if (request.readableEnded || request.destroyed) return void response.end()
  const timer = setTimeout(() => request.destroy(), lingerMs).unref()
  request.once('end', () => response.end())
  request.once('close', () => clearTimeout(timer))
  request.on('error', () => {})
  request.resume()
}
