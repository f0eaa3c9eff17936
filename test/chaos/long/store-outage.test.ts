import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { createEventBus, type EventBus, silentLogger } from '../../../src/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'
import { postgresStore } from '../../../src/store/postgres/index.ts'
import { test as script } from '../../support/chaos/script.ts'
import { fewerSeeds } from '../../support/chaos/seeds.ts'
import { LoadRunner } from '../../support/members/load.ts'
import { type ArchivistProcess, startArchivist } from '../../support/members/start-archivist.ts'
import { startPostgres } from '../../support/postgres/private-postgres.ts'
import { Random } from '../../support/random.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'
import { waitFor } from '../../support/wait-for.ts'

const perSecond = 500
const outageMs = 30_000

const test = script
  // oxlint-disable-next-line no-empty-pattern -- vitest reads from the pattern which fixtures are wanted
  .extend('server', async ({}, { onCleanup }) => {
    const server = await startPostgres()
    onCleanup(() => server.remove())
    return server
  })
  .extend('link', async ({ server }, { onCleanup }) => {
    const link = await startTcpProxy({ port: server.port })
    onCleanup(() => link.close())
    return link
  })
  .extend('storeUrl', ({ server, link }) => server.url.replace(String(server.port), String(link.port)))

/** Publishes and awaits each confirm; knows the ids in the order of publishing, and how long the slowest took. */
class Publishing {
  readonly ids: string[] = []
  readonly #load: LoadRunner
  slowestMs = 0

  constructor(bus: EventBus) {
    this.#load = new LoadRunner({ perSecond, inFlight: 0, restMs: 0 }, async () => {
      const startedAt = performance.now()
      const index = this.ids.push('') - 1
      const { id } = await bus.publish({ type: 'work.item', data: { index } })
      this.ids[index] = id
      this.slowestMs = Math.max(this.slowestMs, performance.now() - startedAt)
    })
    this.#load.start()
  }

  async more(count: number): Promise<void> {
    const goal = this.ids.length + count
    await waitFor(() => this.ids.length >= goal, { timeoutMs: 60_000, message: `${goal} published` })
  }

  finish(): Promise<void> {
    return this.#load.finish()
  }
}

async function recordedIn(url: string): Promise<string[]> {
  const store = postgresStore({ url })
  const ids = (await Array.fromAsync(store.read())).map(({ event }) => event.id)
  await store.close()
  return ids
}

const busOn = (url: string, exchangeName: string, more: object = {}): EventBus =>
  createEventBus({ source: 'shop', logger: silentLogger, transport: rabbitmq({ url, exchangeName }), ...more })

test.for(fewerSeeds)(
  'publishing goes on while the store does not answer and then is not there, and all is recorded in order, seed %i',
  async (seed, { broker, server, link, storeUrl }) => {
    const hangsMs = new Random(seed).integer(1, outageMs)
    const store = postgresStore({ url: storeUrl, timeoutMs: 5_000, connectTimeoutMs: 5_000 })
    const bus = busOn(broker.url, `publishing-${seed}`, { store })
    const publishing = new Publishing(bus)
    await publishing.more(1_000)

    link.stall()
    await sleep(hangsMs)
    await server.stop()
    link.resume()
    await sleep(outageMs - hangsMs)
    const { checks } = await bus.healthCheck()
    expect(checks[`store:${store.name}`]).toMatchObject({ status: 'warn' })
    await server.start()
    await publishing.more(1_000)
    await publishing.finish()

    const { ids, slowestMs } = publishing
    await waitFor(async () => (await bus.healthCheck()).status === 'pass', { timeoutMs: 60_000, message: 'health' })
    await waitFor(async () => (await store.count()) >= ids.length, { timeoutMs: 60_000, message: 'all recorded' })
    console.log(`${ids.length} published, the slowest took ${Math.round(slowestMs)} ms; silent for ${hangsMs} ms`)
    expect(slowestMs).toBeLessThan(5_000)
    expect(await recordedIn(server.url)).toEqual(ids)
    expect(await bus.close()).toEqual({ unfinishedDeliveries: 0, unconfirmedEvents: 0, unrecordedEvents: 0 })
    await store.close()
  },
)

test.for(fewerSeeds)(
  'recorders that are killed while their store is away lose nothing and record nothing twice, seed %i',
  async (seed, { broker, server, link, storeUrl }) => {
    const random = new Random(seed)
    const exchangeName = `recording-${seed}`
    const archivists: ArchivistProcess[] = []
    const start = async (): Promise<void> => {
      archivists.push(await startArchivist({ url: broker.url, exchangeName, database: storeUrl }))
    }
    await start()
    await start()
    const bus = busOn(broker.url, exchangeName)
    const publishing = new Publishing(bus)
    await publishing.more(1_000)

    link.stall()
    await sleep(random.integer(1, outageMs / 2))
    await archivists[0]?.kill()
    await server.kill()
    link.resume()
    await sleep(outageMs / 2)
    await archivists[1]?.kill()
    await start()
    await server.start()
    await publishing.more(1_000)
    await publishing.finish()

    const { ids } = publishing
    const store = postgresStore({ url: server.url })
    await waitFor(async () => (await store.count()) >= ids.length, { timeoutMs: 120_000, message: 'all recorded' })
    await store.close()
    const recorded = await recordedIn(server.url)
    console.log(`${ids.length} published, ${recorded.length} recorded, ${new Set(recorded).size} different`)
    expect(recorded.toSorted()).toEqual(ids.toSorted())
    expect(await bus.deadLetters.count()).toBe(0)
    await Promise.all(archivists.slice(2).map((archivist) => archivist.end()))
    expect(archivists.flatMap(({ faults }) => faults)).toEqual([])
    await bus.close()
  },
)
