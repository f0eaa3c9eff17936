import { setTimeout as delay } from 'node:timers/promises'
import { Failure } from '../failure.ts'
import { parseJson, splitLines } from '../lines.ts'
import { callServer, failureOf, jsonOf, reasonOf } from '../server-client.ts'
import type { ServerTarget } from '../target.ts'
import type { FollowOptions } from './follow.ts'
import type { Shown } from './pretty.ts'
import type { Printer } from './printer.ts'
import { StreamEnd } from './stream-end.ts'

/** The server shows every 15 s that it lives. */
const silenceMs = 45_000
const firstWaitMs = 500
const longestWaitMs = 10_000
const maxLineBytes = 256 * 1024 * 1024

/** Follows the stream of `event-bus serve`. The first connection must succeed; a lost one is made again and again. */
export async function followServer(target: ServerTarget, options: FollowOptions): Promise<void> {
  let stream: EventLines | undefined = await openStream(target, options)
  while (stream) {
    options.onReady()
    const why = await readAll(stream, options.printer)
    if (options.signal.aborted) return
    process.stderr.write(
      `event-bus: lost ${target.url} (${why}); connecting again; events published meanwhile are missed\n`,
    )
    stream = await reopen(target, options)
  }
}

/** The bytes of one answer, and what ends it early. */
interface EventLines {
  readonly chunks: AsyncIterable<Uint8Array>
  readonly end: StreamEnd
}

async function openStream(target: ServerTarget, { patterns, signal, timeoutMs }: FollowOptions): Promise<EventLines> {
  const query = patterns.map((pattern) => `pattern=${encodeURIComponent(pattern)}`).join('&')
  const end = new StreamEnd(signal)
  end.unlessSignWithin(timeoutMs)
  try {
    const headers = { accept: 'application/x-ndjson' }
    const response = await callServer(target, `/events?${query}`, { headers, signal: end.signal })
    if (response.statusCode !== 200) throw failureOf(response.statusCode, await jsonOf(response))
    return { chunks: response, end }
  } catch (error) {
    end.release()
    throw end.bySilence ? new Failure('CONNECTION_FAILED', `${target.url} did not answer in time`) : error
  }
}

/** Tries until it succeeds; undefined if the signal came first. */
async function reopen(target: ServerTarget, options: FollowOptions): Promise<EventLines | undefined> {
  const { signal } = options
  for (let waitMs = firstWaitMs; !signal.aborted; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
    await delay(waitMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {})
    try {
      return await openStream(target, options)
    } catch (error) {
      if (error instanceof Failure && isPermanent(error)) throw error
    }
  }
  return undefined
}

function isPermanent({ code }: Failure): boolean {
  return ['UNAUTHORIZED', 'HOST_REFUSED', 'ORIGIN_REFUSED'].includes(code)
}

/** Answers why the stream ended. */
async function readAll({ chunks, end }: EventLines, printer: Printer): Promise<string> {
  try {
    for await (const line of splitLines(watched(chunks, end), maxLineBytes)) {
      if ('text' in line && line.text !== '') show(line.text, printer)
    }
    return 'the server ended the stream'
  } catch (error) {
    return end.bySilence ? `silent for ${silenceMs / 1_000} s` : reasonOf(error as Error)
  } finally {
    end.release()
  }
}

async function* watched(chunks: AsyncIterable<Uint8Array>, end: StreamEnd): AsyncGenerator<Uint8Array> {
  end.unlessSignWithin(silenceMs)
  for await (const chunk of chunks) {
    end.unlessSignWithin(silenceMs)
    yield chunk
  }
}

function show(json: string, printer: Printer): void {
  printer.write(parseJson(json, 'the server sent something that is no JSON') as Shown, () => json)
}
