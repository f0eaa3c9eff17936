import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { HttpError } from './http-error.ts'

/** Throws unless the request may go on: with the token where there is one, else from this machine and no foreign page. */
export function checkAccess(headers: IncomingHttpHeaders, token: string | undefined): void {
  if (token !== undefined) checkToken(headers, token)
  else checkLocal(headers)
}

export function hasToken({ authorization = '' }: IncomingHttpHeaders, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? ''
  // Digests have the same length, and comparing them takes the same time whatever was given.
  return timingSafeEqual(digest(given), digest(token))
}

function checkToken(headers: IncomingHttpHeaders, token: string): void {
  if (hasToken(headers, token)) return
  const what = headers.authorization === undefined ? 'needs a token' : 'does not know this token'
  const message = `This server ${what}: send the header Authorization: Bearer TOKEN`
  throw new HttpError(401, 'UNAUTHORIZED', message, { 'WWW-Authenticate': 'Bearer' })
}

/**
 * A page of any site can make its visitor's browser call 127.0.0.1. Its origin gives it away; or, where it had its own
 * name point to 127.0.0.1 (DNS rebinding), the host that it asked for.
 */
function checkLocal({ host = '', origin }: IncomingHttpHeaders): void {
  if (!isLoopbackHost(host)) {
    throw new HttpError(
      403,
      'HOST_REFUSED',
      'Without a token this server answers to localhost only; start it with --token',
    )
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    throw new HttpError(
      403,
      'ORIGIN_REFUSED',
      'Without a token this server takes no requests from pages of other origins',
    )
  }
}

function isLoopbackHost(host: string): boolean {
  return URL.canParse(`http://${host}`) && isLoopback(new URL(`http://${host}`).hostname)
}

/** Whether a host name or address can only mean this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(hostname)
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
