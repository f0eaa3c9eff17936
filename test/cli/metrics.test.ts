import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { parseScrape, shown } from '../support/scrape.ts'
import { call, openStream, post } from './http.ts'
import { endAll, startServe } from './processes.ts'

afterEach(endAll)

test('GET /metrics is what Prometheus scrapes, and the line for it can be copied', async () => {
  const serve = await startServe()
  const stream = await openStream(`${serve.url}/events?pattern=app.%23`)
  for (const type of ['app.installed', 'app.installed', 'other.event']) await post(serve.url, { type })
  const url = /curl (http:\S+\/metrics)\n/.exec(serve.stdout)?.[1]
  const { status, headers, text } = await call(String(url))
  expect({ status, type: headers['content-type'] }).toEqual({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
  })
  expect(text).toContain('# TYPE event_bus_published_total counter\n')
  expect(shown(parseScrape(text), 'published', 'connection')).toEqual({
    'published_total{event_type="app.installed"}': 2,
    'published_total{event_type="other.event"}': 1,
    'connection_state{connection="memory",state="open"}': 1,
  })
  expect((await call(`${serve.url}/metrics`, { method: 'POST' })).status).toBe(405)
  stream.close()
})

test('the store shows in the metrics of a server that keeps history', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'eventbus-metrics-'))
  const serve = await startServe(['--store', path.join(folder, 'events.db')])
  await post(serve.url, { type: 'app.installed' })
  expect((await call(`${serve.url}/metrics`)).text).toMatch(/^event_bus_store_lag_seconds\{recorder="store:\S+"\} /m)
  await endAll()
  rmSync(folder, { recursive: true })
})

test('the metrics need the token, where there is one', async () => {
  const serve = await startServe([], { env: { EVENTBUS_TOKEN: 'a-token-for-tests' } })
  expect((await call(`${serve.url}/metrics`)).status).toBe(401)
  const headers = { authorization: 'Bearer a-token-for-tests' }
  expect((await call(`${serve.url}/metrics`, { headers })).status).toBe(200)
})

test('without prom-client it serves all the rest, and says what is missing', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'eventbus-metrics-'))
  const preload = path.join(folder, 'preload.mjs')
  writeFileSync(
    preload,
    `import { registerHooks } from 'node:module'
    registerHooks({
      resolve(name, context, next) {
        if (name === 'prom-client') throw Object.assign(new Error('no such package'), { code: 'ERR_MODULE_NOT_FOUND' })
        return next(name, context)
      },
    })`,
  )
  const serve = await startServe([], { nodeArgs: ['--import', preload] })
  const { status, body } = await call(`${serve.url}/metrics`)
  expect({ status, ...body }).toEqual({
    status: 501,
    code: 'DEPENDENCY_MISSING',
    message: expect.stringContaining('npm install prom-client') as string,
  })
  expect(serve.stdout).toContain('npm install prom-client')
  expect((await post(serve.url, { type: 'still.here' })).status).toBe(201)
  rmSync(folder, { recursive: true })
})
