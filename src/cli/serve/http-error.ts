import type { OutgoingHttpHeaders } from 'node:http'
import type { Issue } from '../../core/errors.ts'
import { EventBusError } from '../../core/errors.ts'
import { type Fault, faultOf } from '../failure.ts'

/** An answer that is an error: a status, and a code and message in the body. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number
  readonly code: string
  readonly headers: OutgoingHttpHeaders
  readonly issues: readonly Issue[] | undefined

  constructor(
    status: number,
    code: string,
    message: string,
    headers: OutgoingHttpHeaders = {},
    issues?: readonly Issue[],
  ) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
    this.issues = issues
  }

  get body(): object {
    return { code: this.code, message: this.message, ...(this.issues && { issues: this.issues }) }
  }
}

const statuses: Readonly<Record<string, number>> = {
  EVENT_TYPE_INVALID: 400,
  EVENT_INVALID: 400,
  EVENT_NOT_SERIALIZABLE: 400,
  PATTERN_INVALID: 400,
  OPTION_INVALID: 400,
  POSITION_UNKNOWN: 400,
  EVENT_TOO_LARGE: 413,
  PUBLISH_BUFFER_FULL: 429,
  UNEXPECTED: 500,
}

/** The status for a fault's code; what is not known is the broker's fault, and may pass. */
export function statusOf({ code }: Fault): number {
  return statuses[code] ?? 503
}

/** What a client may do about it: come again, soon if only the buffer is full. */
export function retryAfter(status: number): OutgoingHttpHeaders {
  if (status === 429) return { 'Retry-After': '1' }
  return status === 503 ? { 'Retry-After': '5' } : {}
}

export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error
  const fault = faultOf(error)
  const status = statusOf(fault)
  const issues = error instanceof EventBusError ? error.issues : undefined
  return new HttpError(status, fault.code, fault.message, retryAfter(status), issues)
}
