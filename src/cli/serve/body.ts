import type { IncomingMessage } from 'node:http'
import { Failure } from '../failure.ts'
import { HttpError } from './http-error.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The whole body as text. Throws 413 as soon as it is known to be too large. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunksOf(request)) {
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  try {
    return utf8.decode(Buffer.concat(chunks))
  } catch {
    throw new Failure('EVENT_INVALID', 'The body is no UTF-8')
  }
}

/** Leaving a loop over them does not destroy the request: the answer is still to go out on its socket. */
export function chunksOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
}

function tooLarge(maxBytes: number): HttpError {
  const message = `The body has more than ${maxBytes} bytes (--max-body-bytes); send several requests, or NDJSON`
  return new HttpError(413, 'EVENT_TOO_LARGE', message)
}
