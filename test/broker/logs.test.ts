import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { stderrLogger } from '../../src/core/logger.ts'
import {
  createEventBus,
  DeadLetter,
  defineCatalog,
  defineEvent,
  type EventBusOptions,
  type Logger,
  RetryLater,
} from '../../src/index.ts'
import { rabbitmq, type RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import { keepingLogger, type LogLine } from '../support/log-lines.ts'
import { onChannel, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
/** In all data and in all passwords of this file, and nowhere else. */
const secret = 'hunter2'
const exchangeName = `test.logs.${randomUUID().slice(0, 8)}`
const events = defineCatalog([
  defineEvent('job.strict', v.object({ kind: v.literal('one') })),
  defineEvent('job.failing', v.any()),
  defineEvent('job.rejected', v.any()),
  defineEvent('job.hanging', v.any()),
  defineEvent('job.careless', v.any()),
  defineEvent('job.later', v.any()),
  defineEvent('job.unheard', v.any()),
])

const { logger: keeping, lines } = keepingLogger()
const logger: Logger = {
  debug: (fields, message) => keeping.debug(fields, message),
  info: (fields, message) => keeping.info(fields, message),
  warn: (fields, message) => (keeping.warn(fields, message), stderrLogger.warn(fields, message)),
  error: (fields, message) => (keeping.error(fields, message), stderrLogger.error(fields, message)),
}
/** What the default logger has written of it. */
const written: string[] = []
const said: string[] = []
let proxy: TcpProxy

beforeAll(async () => {
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0)
  const { hostname, port } = new URL(url)
  proxy = await startTcpProxy({ host: hostname, port: Number(port || 5672) })
  await runWhatFails()
  await runWhatIsRefused()
}, 60_000)

afterAll(async () => {
  vi.restoreAllMocks()
  await proxy.close()
  const queues = ['instance:a', 'group:workers:job.*'].map((name) => `${exchangeName}:${name}`)
  await removeTopologyOf(url, exchangeName, queues)
})

/** Keeps all that an error says in any way. */
function hear(error: unknown): void {
  const { message, stack, cause } = error as Error
  said.push(String(error), message, String(stack), JSON.stringify(error), inspect(error, { depth: Infinity }))
  if (cause !== undefined) hear(cause)
}

const heard = (promise: Promise<unknown>): Promise<void> => promise.then(() => {}, hear)

function busAt(options: RabbitmqOptions, more: Partial<EventBusOptions<typeof events>> = {}) {
  const transport = rabbitmq({ exchangeName, reconnect: { minMs: 10, maxMs: 100 }, ...options })
  return createEventBus({ source: 'test', instance: 'a', logger, transport, events, ...more } as never)
}

/** Handlers, events and messages that fail in every way, and a connection that is cut. */
async function runWhatFails(): Promise<void> {
  const address = new URL(url)
  address.host = `127.0.0.1:${proxy.port}`
  const bus = busAt({ url: address.href }, { validate: 'both' })
  const work = async ({ type }: { type: string }, { attempt }: { attempt: number }): Promise<void> => {
    if (type === 'job.failing') throw new Error(`attempt ${attempt}`)
    if (type === 'job.rejected') throw new DeadLetter('never')
    if (type === 'job.hanging') await new Promise(() => {})
    if (type === 'job.later' && attempt === 1) throw new RetryLater({ afterMs: 1_000 })
    if (type === 'job.careless') await bus.publish({ type: 'job.strict', data: { kind: secret } } as never)
  }
  const retry = { immediate: 1, delays: [1_000], maxAttempts: 3 }
  await bus.subscribe('job.*', work as never, { group: 'workers', name: 'work', retry, timeoutMs: 200 }).ready
  const data = { password: secret, nested: [{ secret }] }
  for (const kind of ['failing', 'rejected', 'hanging', 'careless', 'later'])
    await bus.publish({ type: `job.${kind}`, data } as never)
  await bus.publish({ type: 'job.later', data } as never, { afterMs: 1_000 })
  // A schema tells the publisher what was wrong with the data that the publisher gave.
  await expect(bus.publish({ type: 'job.strict', data: { kind: secret } } as never)).rejects.toThrow(secret)
  await heard(bus.publish({ type: 'other', data } as never))
  await heard(bus.publish({ type: 'job.later', data: { secret, big: 1n } } as never))
  await heard(bus.publish({ type: 'job.later', data, time: secret } as never))
  await heard(bus.publish({ type: 'job.later', data }, { timeoutMs: secret } as never))
  await heard(bus.publish({ type: 'job.later', data } as never, { signal: AbortSignal.abort() }))
  await putBrokenMessages()
  // Six that are given up, two of them by the catalog's word, and three that cannot be decoded.
  await waitFor(async () => (await bus.deadLetters.count()) >= 8, { message: 'dead letters' })
  proxy.cut()
  await waitFor(() => bus.status !== 'open')
  await waitFor(() => bus.status === 'open')
  said.push(JSON.stringify(await bus.healthCheck()), inspect(bus.measurements(), { depth: Infinity }))
  await bus.close({ timeoutMs: 5_000 })
}

/** What other programs publish. */
async function putBrokenMessages(): Promise<void> {
  const put = [
    ['job.broken', 'application/cloudevents+json', `{"secret": ${secret}`],
    ['job.broken', 'application/json', `${secret} is no JSON`],
    ['job.broken', 'application/json', Buffer.from([0xff, ...Buffer.from(secret)])],
    ['job.strict', 'application/json', JSON.stringify({ kind: secret })],
  ] as const
  await onChannel(url, async (channel) => {
    for (const [key, contentType, body] of put)
      channel.publish(exchangeName, key, Buffer.from(body), { contentType, messageId: 'foreign-1' })
    await channel.checkExchange(exchangeName)
  })
}

/** Passwords that are wrong, and options that are. */
async function runWhatIsRefused(): Promise<void> {
  const { hostname: host, port, protocol } = new URL(url)
  const wrong = `${protocol}//guest:${secret}@${host}:${port || 5672}`
  const refused: RabbitmqOptions[] = [
    { url: wrong },
    { host, port: Number(port || 5672), user: 'guest', password: secret },
    { url: `${wrong}/no-such-vhost` },
    { url: wrong.replace('amqp:', 'amqps:') },
  ]
  for (const options of refused) {
    const bus = busAt(options)
    await heard(bus.ready)
    await heard(bus.publish({ type: 'job.later', data: { secret } } as never))
    await heard(bus.subscribe('job.*', () => {}).ready)
    said.push(JSON.stringify(await bus.healthCheck()))
    await bus.close({ timeoutMs: 500 })
  }
  const unavailable = busAt({
    host,
    port: Number(port || 5672),
    credentials: () => {
      throw new Error(`the vault says ${secret}`)
    },
  })
  // What the function threw is the cause of the error, for who looks there, and nowhere else.
  const publishing = unavailable.publish({ type: 'job.later', data: { secret } } as never, { timeoutMs: 200 })
  await publishing.catch(({ message, stack }: Error) => said.push(message, String(stack)))
  said.push(JSON.stringify(await unavailable.healthCheck()))
  await unavailable.close({ timeoutMs: 500 })
  const invalid = [
    { url: `amqp://guest:${secret}@` },
    { url: `http://guest:${secret}@localhost` },
    { url: `amqp://guest:${secret}@localhost?password=${secret}` },
    { url: `amqp://guest:%${secret}@localhost` },
    { password: { secret } },
    { url: wrong, password: secret },
  ]
  for (const options of invalid) {
    try {
      rabbitmq(options as never)
      said.push(`not refused: ${Object.keys(options).join()}`)
    } catch (error) {
      hear(error)
    }
  }
}

const textOf = ({ level, fields, message }: LogLine): string =>
  `${level} ${message} ${inspect(fields, { depth: Infinity })} ${JSON.stringify(fields)}`

const codes =
  'EVENT_INVALID EVENT_UNDECODABLE EVENT_NOT_SERIALIZABLE PUBLISH_ABORTED OPTION_INVALID HANDLER_TIMEOUT ' +
  'CREDENTIALS_REFUSED CREDENTIALS_UNAVAILABLE TLS_FAILED CONNECTION_FAILED'

test('enough was logged and said for the rest to mean something', () => {
  expect(new Set(lines.map(({ level }) => level))).toEqual(new Set(['debug', 'info', 'warn', 'error']))
  expect(written.length).toBeGreaterThan(10)
  const text = [...lines.map(textOf), ...said].join('\n')
  for (const code of codes.split(' ')) expect(text).toContain(code)
  expect(said.filter((one) => one.startsWith('not refused'))).toEqual([])
})

test('no data of an event and no password is in any line, at the lowest level, nor in what the default logger writes', () => {
  const { password } = new URL(url)
  expect(lines.map(textOf).filter((text) => text.includes(secret))).toEqual([])
  expect(written.filter((text) => text.includes(secret))).toEqual([])
  expect(lines.map(textOf).filter((text) => text.includes(`:${password}@`))).toEqual([])
})

test('no password is in any error, however it is printed, nor in health or measurements', () => {
  expect(said.filter((text) => text.includes(secret))).toEqual([])
})

test('every line about a run of a handler says of what, by whom, and how often', () => {
  const failed = lines.filter(({ message }) => message.startsWith('Handler failed'))
  expect(failed.length).toBeGreaterThanOrEqual(11)
  for (const { fields, level, message } of failed) {
    expect(fields).toMatchObject({
      event_type: expect.stringMatching(/^job\./),
      event_id: expect.any(String),
      handler: 'work',
      pattern: 'job.*',
      group: 'workers',
      attempt: expect.any(Number),
      err: expect.any(Error),
    })
    expect([message, level]).toEqual([message, message.includes('runs again') ? 'warn' : 'error'])
  }
})

test('an event that the catalog refuses, or that is none, is an error that says where it lay', () => {
  const where = { group: 'workers', event_id: 'foreign-1', err: expect.any(Error) }
  const errors = lines.filter(({ level, message }) => level === 'error' && message.endsWith('goes to the dead letters'))
  expect(errors.map(({ fields }) => fields)).toEqual(
    expect.arrayContaining([
      { ...where, event_type: 'job.strict' },
      { ...where, event_type: 'job.broken', queue: `${exchangeName}:group:workers:job.*` },
    ]),
  )
  const [invalid] = errors.filter(({ fields }) => fields.event_type === 'job.strict')
  expect(invalid?.fields.err).toMatchObject({ message: "Event 'job.strict' is invalid: data.kind" })
})

test('a lost connection is a warning, one that is made is news, and a refusal is an error', () => {
  const levelOf = (text: string): string | undefined => lines.find(({ message }) => message.includes(text))?.level
  expect(levelOf('was lost')).toBe('warn')
  expect(levelOf('Connected to')).toBe('info')
  expect(lines.find(({ fields }) => fields.code === 'CREDENTIALS_REFUSED')?.level).toBe('error')
})
