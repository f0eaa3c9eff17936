import { connect, createServer } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../support/wait-for.ts'
import { call, openStream, post } from './http.ts'
import { endAll, run, type Running, start, startServe } from './processes.ts'

afterAll(endAll)

describe('without a token, on memory', () => {
  let serve: Running & { url: string }

  beforeAll(async () => {
    serve = await startServe(['--max-body-bytes', '1000'])
  })

  test('one event is answered with what it was stamped with', async () => {
    const { status, body } = await post(serve.url, {
      type: 'app.installed',
      subject: 'app-1',
      data: { appId: 'app-1' },
    })
    expect(status).toBe(201)
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      type: 'app.installed',
      source: 'event-bus-serve',
      time: expect.stringMatching(/Z$/) as string,
    })
  })

  test('a CloudEvent keeps its attributes on the way through', async () => {
    const stream = await openStream(`${serve.url}/events?pattern=whole.%23`, { accept: 'application/x-ndjson' })
    const event = {
      specversion: '1.0',
      id: 'mine',
      source: '/shop',
      type: 'whole.event',
      time: '2026-01-02T03:04:05.678Z',
      subject: 'order-1',
      correlationid: 'c-1',
      causationid: 'c-0',
      dataversion: '2',
      myextension: 7,
      datacontenttype: 'application/json',
      data: { list: [1, null, 'ü'] },
    }
    expect((await post(serve.url, event, { 'content-type': 'application/cloudevents+json' })).status).toBe(201)
    await waitFor(() => stream.received.includes('mine'))
    expect(JSON.parse(stream.received)).toEqual(event)
    stream.close()
  })

  test('CloudEvents in binary mode: attributes as headers, data as body', async () => {
    const stream = await openStream(`${serve.url}/events?pattern=binary.%23`, { accept: 'application/x-ndjson' })
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': '%C3%A4',
      'ce-source': '/s',
      'ce-type': 'binary.mode',
      'ce-mine': 'x',
    }
    expect(await post(serve.url, { a: 1 }, headers)).toMatchObject({ status: 201, body: { id: 'ä', source: '/s' } })
    expect(await post(serve.url, '', { ...headers, 'ce-id': 'empty' })).toMatchObject({ status: 201 })
    await waitFor(() => stream.received.includes('empty'))
    const [first, second] = stream.received
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(first).toMatchObject({ id: 'ä', type: 'binary.mode', mine: 'x', data: { a: 1 } })
    expect(second).not.toHaveProperty('data')
    stream.close()
  })

  test('an array is answered event by event', async () => {
    const { status, body } = await post(serve.url, [{ type: 'a.one' }, { type: 'a..b' }, 3, { type: 'a.two' }], {
      'content-type': 'application/cloudevents-batch+json',
    })
    expect(status).toBe(400)
    expect(body).toMatchObject({ code: 'EVENT_TYPE_INVALID', published: 2, failed: 2 })
    expect(body.results).toEqual([
      { index: 0, id: expect.any(String) as string },
      { index: 1, code: 'EVENT_TYPE_INVALID', message: expect.any(String) as string },
      { index: 2, code: 'EVENT_INVALID', message: expect.any(String) as string },
      { index: 3, id: expect.any(String) as string },
    ])
    expect(await post(serve.url, [{ type: 'a.one' }])).toMatchObject({ status: 200, body: { published: 1, failed: 0 } })
    expect(await post(serve.url, [])).toMatchObject({ status: 200, body: { published: 0, failed: 0, results: [] } })
  })

  test('NDJSON is answered with the lines that failed', async () => {
    const tooLong = JSON.stringify({ type: 'n.long', data: 'x'.repeat(1_000) })
    const lines = ['{"type":"n.one"}', '', 'nope', '{"type":"n.two"}\r', tooLong, '{"type":"n.three"}']
    const { status, body } = await post(serve.url, lines.join('\n'), {
      'content-type': 'application/x-ndjson; charset=utf-8',
    })
    expect(status).toBe(400)
    expect(body).toMatchObject({ code: 'EVENT_INVALID', published: 3, failed: 2 })
    expect(body.failures).toMatchObject([
      { line: 3, code: 'EVENT_INVALID' },
      { line: 5, code: 'EVENT_TOO_LARGE' },
    ])
    const good = Array.from({ length: 2_000 }, (_, index) => `{"type":"n.many","data":${index}}`).join('\n')
    const answer = await post(serve.url, good, { 'content-type': 'application/x-ndjson' })
    expect(answer).toMatchObject({ status: 200, body: { published: 2_000, failed: 0, failures: [] } })
  })

  test.each([
    { body: '{"type":', code: 'EVENT_INVALID', status: 400 },
    { body: '"text"', code: 'EVENT_INVALID', status: 400 },
    { body: '{"data":1}', code: 'EVENT_INVALID', status: 400 },
    { body: '{"type":"a.#"}', code: 'EVENT_TYPE_INVALID', status: 400 },
    { body: '{"type":"a","subject":5}', code: 'EVENT_INVALID', status: 400 },
    { body: '{"type":"a","correlationId":"c"}', code: 'EVENT_INVALID', status: 400 },
    { body: '{"type":"a","specversion":"0.3"}', code: 'EVENT_INVALID', status: 400 },
    { body: '{"type":"a","data_base64":"AA=="}', code: 'EVENT_INVALID', status: 400 },
    { body: Buffer.from([0x22, 0xff, 0x22]), code: 'EVENT_INVALID', status: 400 },
    { body: JSON.stringify({ type: 'a', data: 'x'.repeat(1_000) }), code: 'EVENT_TOO_LARGE', status: 413 },
  ])('$body is refused with $status $code', async ({ body, code, status }) => {
    const answer = await post(serve.url, body)
    expect(answer).toMatchObject({ status, body: { code, message: expect.any(String) as string } })
  })

  test('a body without a length that grows too large is refused, and its client reads why', async () => {
    const answer = await call(`${serve.url}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      body: Buffer.alloc(5_000_000, ' '),
    })
    expect(answer).toMatchObject({ status: 413, body: { code: 'EVENT_TOO_LARGE' } })
  })

  test.each(['application/json', 'application/x-ndjson'])(
    'a client that leaves within a %s body does no harm',
    async (type) => {
      const { hostname, port } = new URL(serve.url)
      const socket = connect({ host: hostname, port: Number(port) })
      const head = `POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 500\r\n\r\n`
      socket.write(`${head}{"type":"left.early"}\n{"ty`)
      await once(socket, 'connect')
      socket.destroy()
      expect((await post(serve.url, { type: 'still.here' })).status).toBe(201)
      expect(serve.stderr).toBe('')
    },
  )

  test('unknown media types, routes, methods, parameters and patterns are named', async () => {
    const form = await post(serve.url, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })
    expect(form).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } })
    expect(form.body.message).toContain('curl')
    expect(await call(`${serve.url}/nope`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    const wrong = await call(`${serve.url}/events`, { method: 'DELETE' })
    expect(wrong).toMatchObject({ status: 405, headers: { allow: 'GET, POST' }, body: { code: 'METHOD_NOT_ALLOWED' } })
    expect(await call(`${serve.url}/events?patern=a`)).toMatchObject({ status: 400, body: { code: 'OPTION_INVALID' } })
    expect(await call(`${serve.url}/events?pattern=a*`)).toMatchObject({
      status: 400,
      body: { code: 'PATTERN_INVALID' },
    })
  })

  test('probes and the index answer', async () => {
    const [live, ready, index, head] = await Promise.all([
      call(`${serve.url}/livez`, { headers: { host: 'probe.example' } }),
      call(`${serve.url}/readyz`, { headers: { host: 'probe.example' } }),
      call(serve.url),
      call(`${serve.url}/livez`, { method: 'HEAD' }),
    ])
    expect(live).toMatchObject({ status: 200, body: { status: 'pass' } })
    expect(live.headers['content-type']).toBe('application/health+json')
    expect(ready).toMatchObject({ status: 200, body: { status: 'pass' } })
    expect(ready.headers['content-type']).toBe('application/health+json')
    expect(ready.body).toMatchObject({ checks: { 'connection:memory': [{ status: 'pass', observedValue: 'open' }] } })
    expect(index.text).toContain('POST /events')
    expect(head).toMatchObject({ status: 200, text: '' })
  })

  test('requests for other hosts and from foreign pages are refused', async () => {
    const event = { type: 'x.y' }
    const rebound = await post(serve.url, event, { host: `evil.example:${new URL(serve.url).port}` })
    expect(rebound).toMatchObject({ status: 403, body: { code: 'HOST_REFUSED' } })
    for (const origin of ['http://evil.example', 'null', 'http://localhost:1']) {
      expect(await post(serve.url, event, { origin })).toMatchObject({ status: 403, body: { code: 'ORIGIN_REFUSED' } })
    }
    expect(await post(serve.url, event, { origin: serve.url })).toMatchObject({ status: 201 })
    const host = `localhost:${new URL(serve.url).port}`
    expect(await post(serve.url, event, { host })).toMatchObject({ status: 201 })
  })
})

describe('with a token', () => {
  const token = 'a-token-for-tests'

  test('all but the probes need it, other host names are welcome, and it is never printed', async () => {
    const serve = await startServe(['--host', '0.0.0.0'], { env: { EVENTBUS_TOKEN: token } })
    const event = { type: 'x.y' }
    const authorization = `Bearer ${token}`
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Basic ${token}` }]) {
      const answer = await post(serve.url, event, headers as Record<string, string>)
      expect(answer).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer' },
        body: { code: 'UNAUTHORIZED' },
      })
    }
    expect(await post(serve.url, event, { authorization, host: 'bus.example' })).toMatchObject({ status: 201 })
    expect(await call(`${serve.url}/events`)).toMatchObject({ status: 401 })
    expect(await call(`${serve.url}/nope`)).toMatchObject({ status: 401 })
    expect(await call(`${serve.url}/livez`)).toMatchObject({ status: 200 })
    expect((await call(`${serve.url}/readyz`)).body).toEqual({ status: 'pass' })
    expect((await call(`${serve.url}/readyz`, { headers: { authorization } })).body).toHaveProperty('checks')
    const published = await run(['publish', 'x.y', '--url', serve.url], { env: { EVENTBUS_TOKEN: token } })
    expect(published.code).toBe(0)
    const refused = await run(['publish', 'x.y', '--url', serve.url, '--token', 'other'])
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('event-bus: UNAUTHORIZED: ') as string })
    serve.signal('SIGTERM')
    const { code, stdout, stderr } = await serve.ended
    expect(code).toBe(0)
    expect(stdout + stderr).not.toContain(token)
    expect(stdout).toContain('$EVENTBUS_TOKEN')
  })
})

describe('start and end', () => {
  test('a port in use is named', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const { code, stdout, stderr } = await run(['serve', '--port', String(port)])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^event-bus: PORT_IN_USE: Port ${port} on 127.0.0.1 is in use`))
    other.close()
  })

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends the streams and the process, with 0', async (name) => {
    const serve = await startServe()
    const stream = await openStream(`${serve.url}/events`)
    serve.signal(name)
    expect(await serve.ended).toMatchObject({ code: 0, stderr: '' })
    await waitFor(() => stream.isEnded)
    expect(stream.received).toContain(': ready')
  })

  test('a second signal ends it at once', async () => {
    const serve = await startServe(['--amqp-url', 'amqp://127.0.0.1:1', '--timeout-seconds', '60'])
    const pending = post(serve.url, { type: 'never.sent' }).catch((error: NodeJS.ErrnoException) => error.code)
    await waitFor(async () => (await call(`${serve.url}/readyz`)).text.includes('"observedValue":1'))
    serve.signal('SIGTERM')
    await serve.has('stdout', 'closing (SIGTERM)')
    serve.signal('SIGTERM')
    expect((await serve.ended).code).toBe(143)
    expect(await pending).toBe('ECONNRESET')
  })

  test('its lines can be copied: curl and event-bus do what they say', async () => {
    const serve = await startServe()
    const tail = start(['tail', '#', '--url', serve.url, '--count', '2'])
    await tail.has('stderr', 'listening')
    const example = /-d '(\{.*\})'/.exec(serve.stdout)?.[1] ?? ''
    expect((await post(serve.url, example)).status).toBe(201)
    const [, type = '', json = '', url = ''] = /event-bus publish (\S+) '(.*)' --url (\S+)/.exec(serve.stdout) ?? []
    expect((await run(['publish', type, json, '--url', url])).code).toBe(0)
    expect((await tail.ended).code).toBe(0)
    expect(tail.lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      'app.installed',
      'app.installed',
    ])
  })
})
