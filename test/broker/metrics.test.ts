import { randomUUID } from 'node:crypto'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createEventBus, DeadLetter, type EventBus, RetryLater, silentLogger } from '../../src/index.ts'
import { collectMetrics } from '../../src/metrics/index.ts'
import { rabbitmq } from '../../src/rabbitmq/index.ts'
import { onChannel, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { parseScrape, shown } from '../support/scrape.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const url = inject('amqpUrl')
let proxy: TcpProxy
let exchangeName: string
let register: Registry
let bus: EventBus

beforeEach(async () => {
  const { hostname, port } = new URL(url)
  proxy = await startTcpProxy({ host: hostname, port: Number(port || 5672) })
  exchangeName = `test.metrics.${randomUUID().slice(0, 8)}`
  register = new Registry()
  bus = busBehindProxy()
  collectMetrics(bus, { register })
})

afterEach(async () => {
  proxy.heal()
  await bus.close({ timeoutMs: 2_000 })
  await proxy.close()
  await removeTopologyOf(url, exchangeName, [instanceQueue(), `${exchangeName}:group:workers:job.*`])
})

const instanceQueue = (): string => `${exchangeName}:instance:a`

function busBehindProxy(): EventBus {
  const address = new URL(url)
  address.host = `127.0.0.1:${proxy.port}`
  const transport = rabbitmq({ url: address.href, exchangeName, reconnect: { minMs: 10, maxMs: 100 } })
  return createEventBus({ source: 'test', instance: 'a', logger: silentLogger, transport })
}

/** All but histograms and what is 0, as it stands at a scrape. */
async function scrape(): Promise<Record<string, number>> {
  const all = shown(parseScrape(await register.metrics()), '')
  return Object.fromEntries(Object.entries(all).filter(([name]) => !/_seconds_(bucket|sum)/.test(name)))
}

async function expectScrape(expected: Record<string, number>): Promise<void> {
  await waitFor(
    async () => {
      expect(await scrape()).toEqual(expected)
      return true
    },
    { timeoutMs: 10_000 },
  )
}

const open = {
  'gaps_total{kind="start"}': 1,
  'connection_state{connection="publish",state="open"}': 1,
  'connection_state{connection="consume",state="open"}': 1,
}

test('what is published, consumed, fails, is tried again and given up has its exact numbers', async () => {
  const fates: Record<string, (attempt: number) => void> = {
    'job.good': () => {},
    'job.flaky': (attempt) => {
      if (attempt === 1) throw new Error('once')
    },
    'job.later': (attempt) => {
      if (attempt === 1) throw new RetryLater({ afterMs: 1_000 })
    },
    'job.lost': () => {
      throw new DeadLetter('never')
    },
    'job.failing': () => {
      throw new Error('always')
    },
  }
  const work = bus.subscribe('job.*', ({ type }, { attempt }) => fates[type]?.(attempt), {
    group: 'workers',
    retry: { immediate: 1, delays: [1_000], maxAttempts: 3 },
  })
  const watch = bus.subscribe('#', async () => {})
  await Promise.all([work.ready, watch.ready])
  for (const type of Object.keys(fates)) await bus.publish({ type, data: 1 })
  await bus.publish({ type: 'job.good', data: 2 })
  await expect(bus.publish({ type: 'job..bad', data: 2 })).rejects.toMatchObject({ code: 'EVENT_TYPE_INVALID' })
  await onChannel(url, async (channel) => {
    channel.publish(exchangeName, 'job.bad', Buffer.from('{'), { contentType: 'application/cloudevents+json' })
    // When that is answered, the broker has the message.
    await channel.checkExchange(exchangeName)
  })
  await expectScrape({
    ...open,
    'subscriptions{state="ready"}': 2,
    'published_total{event_type="job.good"}': 2,
    'published_total{event_type="job.flaky"}': 1,
    'published_total{event_type="job.later"}': 1,
    'published_total{event_type="job.lost"}': 1,
    'published_total{event_type="job.failing"}': 1,
    // Once by the group, once by the instance, and once more for each delayed retry.
    'consumed_total{event_type="job.good"}': 4,
    'consumed_total{event_type="job.flaky"}': 2,
    'consumed_total{event_type="job.later"}': 3,
    'consumed_total{event_type="job.lost"}': 2,
    'consumed_total{event_type="job.failing"}': 3,
    'handler_errors_total{event_type="job.flaky"}': 1,
    'handler_errors_total{event_type="job.later"}': 1,
    'handler_errors_total{event_type="job.lost"}': 1,
    'handler_errors_total{event_type="job.failing"}': 3,
    'retries_total{kind="immediate"}': 2,
    'retries_total{kind="delayed"}': 2,
    'dead_letters_total{reason="rejected"}': 1,
    'dead_letters_total{reason="handlers-failed"}': 1,
    'dead_letters_total{reason="undecodable"}': 2,
    'publish_errors_total{code="EVENT_TYPE_INVALID"}': 1,
    confirm_duration_seconds_count: 6,
    handler_duration_seconds_count: 6 + 10,
  })
})

test('a lost connection shows: what waits, what is in hand, what came again, how often it was made anew', async () => {
  let release = (): void => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  await bus.subscribe('a.*', () => held).ready
  await bus.publish({ type: 'a.held', data: 1 })
  const published = { 'published_total{event_type="a.held"}': 1, confirm_duration_seconds_count: 1 }
  const inHand = { ...published, in_flight_deliveries: 1 }
  await expectScrape({ ...open, ...inHand, 'subscriptions{state="ready"}': 1 })
  proxy.refuse()
  proxy.cut()
  await waitFor(() => bus.status === 'connecting')
  const waiting = [bus.publish({ type: 'b', data: 'äh' }), bus.publish({ type: 'b', data: '' })]
  const bytes = (await scrape()).buffered_bytes ?? 0
  expect(bytes).toBeGreaterThan(0)
  await expectScrape({
    ...inHand,
    'gaps_total{kind="start"}': 1,
    'connection_state{connection="publish",state="connecting"}': 1,
    'connection_state{connection="consume",state="connecting"}': 1,
    'subscriptions{state="waiting"}': 1,
    buffered_events: 2,
    buffered_bytes: bytes,
  })
  proxy.accept()
  await Promise.all(waiting)
  const after = {
    ...open,
    'subscriptions{state="ready"}': 1,
    'published_total{event_type="a.held"}': 1,
    'published_total{event_type="b"}': 2,
    confirm_duration_seconds_count: 3,
    'reconnects_total{connection="publish"}': 1,
    'reconnects_total{connection="consume"}': 1,
    redeliveries_total: 1,
  }
  // The delivery that came again is answered by the run that it repeats.
  await expectScrape({ ...after, in_flight_deliveries: 1 })
  release()
  await expectScrape({ ...after, 'consumed_total{event_type="a.held"}': 1, handler_duration_seconds_count: 1 })
})

test('a queue that was gone is a gap', async () => {
  await bus.subscribe('a.*', () => {}).ready
  await onChannel(url, (channel) => channel.deleteQueue(instanceQueue()))
  await expectScrape({ ...open, 'subscriptions{state="ready"}': 1, 'gaps_total{kind="loss"}': 1 })
})
