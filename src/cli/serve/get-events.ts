import type { IncomingMessage, ServerResponse } from 'node:http'
import { EventStream, ndjson, serverSentEvents, type StreamFormat } from './event-stream.ts'
import { HttpError } from './http-error.ts'
import type { Service } from './service.ts'

/** Handlers of one process need names of their own. */
let streamsOpened = 0

/** Streams events to the client for as long as it reads. */
export async function getEvents(request: IncomingMessage, response: ServerResponse, service: Service): Promise<void> {
  const patterns = readPatterns(request.url ?? '')
  const stream = new EventStream(response, {
    format: formatOf(request.headers.accept),
    maxBacklogBytes: service.maxBacklogBytes,
    heartbeatMs: service.heartbeatMs,
    onCutOff: (backlogBytes) => {
      const fields = { patterns, client: request.socket.remoteAddress, backlogBytes }
      service.logger.warn(fields, `A client that reads '${patterns.join(',')}' was too slow and has been cut off`)
    },
  })
  const name = `http-stream-${++streamsOpened}`
  const subscription = service.bus.subscribe(patterns, (event) => stream.send(event), { name })
  response.once('close', () => {
    service.streams.delete(stream)
    void subscription.unsubscribe()
  })
  service.streams.add(stream)
  await subscription.ready
  stream.open()
}

/** A misspelt parameter would show everything instead of little: it is refused. */
function readPatterns(url: string): readonly string[] {
  const query = new URL(url, 'http://localhost').searchParams
  const unknown = [...query.keys()].find((name) => name !== 'pattern')
  if (unknown !== undefined) {
    throw new HttpError(400, 'OPTION_INVALID', `Unknown parameter '${unknown}'; allowed: pattern, once or more`)
  }
  return query.has('pattern') ? query.getAll('pattern') : ['#']
}

function formatOf(accept = ''): StreamFormat {
  return /\bapplication\/(x-ndjson|ndjson|jsonl)\b/i.test(accept) ? ndjson : serverSentEvents
}
