import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createEventBus, silentLogger, type SyncedCacheStatistics } from '../../src/index.ts'
import { rabbitmq } from '../../src/rabbitmq/index.ts'
import { playInStep } from '../support/in-step/script.ts'
import type { World } from '../support/in-step/world.ts'
import { testSchema } from '../support/postgres/open-store.ts'
import type { TestSchema } from '../support/postgres/schemas.ts'
import { onChannel, removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { Random } from '../support/random.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'

const url = inject('amqpUrl')
const seeds = Array.from({ length: 15 }, (_, index) => index + 1)
const instances = 4
const played: SyncedCacheStatistics[] = []

/** A real broker, each instance behind a proxy of its own, and the rows of a real database. */
async function realWorld(random: Random): Promise<World> {
  const exchangeName = `test.in-step.${randomUUID().slice(0, 8)}`
  const names = Array.from({ length: instances }, (_, index) => `server-${index + 1}`)
  const queueOf = (instance: string): string => `${exchangeName}:instance:${instance}`
  const proxies = await proxiesFor(names)
  onTestFinished(() => removeTopologyOf(url, exchangeName, names.map(queueOf)))
  const { read, write } = await database(testSchema())
  const pause = (): Promise<void> => sleep(random.integer(0, 60))
  return {
    read,
    write,
    pause,
    join(instance) {
      const address = new URL(url)
      address.host = `127.0.0.1:${proxyOf(proxies, instance).port}`
      const transport = rabbitmq({ url: address.href, exchangeName, reconnect: { minMs: 5, maxMs: 50 } })
      const bus = createEventBus({ source: 'test', instance, transport, logger: silentLogger })
      onTestFinished(async () => void (await bus.close({ timeoutMs: 1_000 })))
      return bus
    },
    cut(instance) {
      proxyOf(proxies, instance).refuse()
      proxyOf(proxies, instance).cut()
    },
    heal: (instance) => proxyOf(proxies, instance).accept(),
    async outlive(instance) {
      await pause()
      // As its expiry does; that one takes seconds.
      await onChannel(url, (channel) => channel.deleteQueue(queueOf(instance)))
      await pause()
    },
  }
}

async function proxiesFor(names: readonly string[]): Promise<ReadonlyMap<string, TcpProxy>> {
  const { hostname: host, port } = new URL(url)
  const started = names.map(async (name) => [name, await startTcpProxy({ host, port: Number(port || 5672) })] as const)
  const proxies = new Map(await Promise.all(started))
  onTestFinished(async () => void (await Promise.all(Array.from(proxies.values(), (proxy) => proxy.close()))))
  return proxies
}

function proxyOf(proxies: ReadonlyMap<string, TcpProxy>, instance: string): TcpProxy {
  const proxy = proxies.get(instance)
  if (!proxy) throw new Error(`no instance '${instance}'`)
  return proxy
}

async function database({ sql }: TestSchema): Promise<Pick<World, 'read' | 'write'>> {
  await sql('CREATE SCHEMA $schema')
  await sql('CREATE TABLE $schema.rows (key text PRIMARY KEY, version integer NOT NULL)')
  return {
    async read(key) {
      const [row] = await sql('SELECT version FROM $schema.rows WHERE key = $1', [key])
      return Number(row?.version ?? 0)
    },
    async write(key) {
      const insert = 'INSERT INTO $schema.rows AS known VALUES ($1, 1)'
      await sql(`${insert} ON CONFLICT (key) DO UPDATE SET version = known.version + 1`, [key])
    },
  }
}

test.for(seeds)(
  'four instances that share a database are in step when it is quiet, seed %i',
  { timeout: 60_000 },
  async (seed) => {
    const random = new Random(seed)
    played.push(...(await playInStep(await realWorld(random), random, { instances, steps: 40 })))
  },
)

test('the scripts above had all of it: hits, failures, gaps', () => {
  const total = (of: keyof SyncedCacheStatistics): number => played.reduce((sum, one) => sum + one[of], 0)
  const all = ['hits', 'loads', 'loadFailures', 'invalidations', 'gaps'] as const
  console.table(Object.fromEntries(all.map((one) => [one, total(one)])))
  for (const one of all) expect(total(one), one).toBeGreaterThan(0)
})
