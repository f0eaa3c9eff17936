import { healthResponse } from '@appserver/event-bus'
import type { AppOrder } from './apps.ts'
import type { AppServer } from './app-server.ts'
import { readJson } from './read-json.ts'
import { Refusal } from './refusal.ts'
import type { Answer, Call, Route } from './router.ts'
import { isSafeName } from './safe-name.ts'

/** What one server answers over HTTP. */
export function routesOf(server: AppServer): readonly Route[] {
  return [
    ['GET', '/apps', async () => ok(await server.apps())],
    [
      'POST',
      '/apps',
      async ({ request }) => ({ status: 201, body: await server.install(toOrder(await readJson(request))) }),
    ],
    ['DELETE', '/apps/:id', async (call) => done(server.uninstall(nameIn(call, 'id')))],
    ['GET', '/apps/:id/settings', (call) => settings(server, nameIn(call, 'id'))],
    ['PUT', '/apps/:id/settings/:key', (call) => changeSetting(server, call)],
    ['GET', '/invoices', async () => ok(await server.invoices())],
    ['GET', '/events', () => ok(server.events)],
    ['GET', '/livez', () => ok({ status: 'pass' })],
    ['GET', '/readyz', () => readiness(server)],
  ]
}

async function settings(server: AppServer, appId: string): Promise<Answer> {
  const { settings, cached } = await server.settings(appId)
  return { status: 200, body: settings, headers: { 'x-cache': cached ? 'hit' : 'miss' } }
}

async function changeSetting(server: AppServer, call: Call): Promise<Answer> {
  const { value } = await readJson(call.request)
  if (value === undefined) throw new Refusal('invalid', "The body needs a field 'value'")
  return done(server.changeSetting(nameIn(call, 'id'), nameIn(call, 'key'), value))
}

/** With a warning it still works; what is not ready should get no requests: it may not hear of changes. */
async function readiness(server: AppServer): Promise<Answer> {
  const { statusCode, contentType, body } = healthResponse(await server.health())
  return { status: statusCode, body, headers: { 'content-type': contentType } }
}

function ok(body: unknown): Answer {
  return { status: 200, body }
}

async function done(work: Promise<void>): Promise<Answer> {
  await work
  return { status: 204 }
}

function toOrder({ appId, appName, version }: Readonly<Record<string, unknown>>): AppOrder {
  if (!isSafeName(appId)) throw new Refusal('invalid', `'appId' must be ${safeName}`)
  if (!isText(appName)) throw new Refusal('invalid', "'appName' must be a text that is not empty")
  if (!isText(version)) throw new Refusal('invalid', "'version' must be a text that is not empty")
  return { appId, appName, version }
}

function nameIn({ params }: Call, key: string): string {
  const name = params[key]
  if (!isSafeName(name)) throw new Refusal('invalid', `'${key}' must be ${safeName}`)
  return name
}

const safeName = '1 to 100 letters, digits, dots, hyphens and underscores, the first a letter or digit'

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
