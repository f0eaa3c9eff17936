import assert from 'node:assert/strict'
import type { EventInput, SyncedCacheStatistics } from '../../../src/index.ts'
import type { Random } from '../random.ts'
import { waitFor } from '../wait-for.ts'
import { Server } from './server.ts'
import type { World } from './world.ts'

/** So many that a stale value has a good chance to be there in the end. */
const keys = Array.from({ length: 10 }, (_, index) => `key-${index}`) as [string, ...string[]]

export interface ScriptOptions {
  readonly instances: number
  readonly steps: number
}

/**
 * Servers that read and change a shared truth, while their connections are cut and they are restarted, as chance has it.
 * Ends when all is quiet; then every one of them must read the truth. Answers what their caches have done.
 */
export async function playInStep(
  world: World,
  random: Random,
  { instances, steps }: ScriptOptions,
): Promise<SyncedCacheStatistics[]> {
  const script = new Script(world, random, instances)
  for (let step = 0; step < steps; step++) await script.step()
  await script.comeToRest()
  await script.assertInStep()
  return script.end()
}

class Script {
  readonly #world: World
  readonly #random: Random
  readonly #servers: readonly [Server, ...Server[]]
  readonly #cut = new Set<Server>()
  readonly #running = new Set<Promise<unknown>>()

  constructor(world: World, random: Random, instances: number) {
    this.#world = world
    this.#random = random
    const names = Array.from({ length: instances }, (_, index) => `server-${index + 1}`)
    this.#servers = names.map((name) => new Server(name, world, random)) as [Server, ...Server[]]
  }

  async step(): Promise<void> {
    const server = this.#random.pick(this.#servers)
    const dice = this.#random.integer(1, 100)
    if (dice <= 55) this.#start(this.#read(server))
    else if (dice <= 75) this.#start(this.#change())
    else if (dice <= 83) this.#toggle(server)
    else if (dice <= 89) await server.restart(() => this.#world.pause())
    else if (dice <= 92) await server.restart(() => this.#world.outlive(server.instance))
    else if (dice <= 96) await this.#beAwayForTooLong(server)
    else this.#start(this.#changeAll())
    await this.#world.pause()
  }

  /** Nothing is cut, read or changed any more, and everybody has heard of all that was. */
  async comeToRest(): Promise<void> {
    for (const server of this.#cut) this.#world.heal(server.instance)
    await Promise.all(this.#running)
    await Promise.all(this.#servers.map(({ cache }) => cache.ready))
    // Again where one was still on its way back: what it would have heard of went with its queue.
    const sent: string[] = []
    const isQuiet = async (): Promise<boolean> => {
      const { id } = await this.#servers[0].bus.publish({ type: 'quiet', data: {} })
      sent.push(id)
      return this.#servers.every((server) => sent.some((one) => server.hasHeard(one)))
    }
    await waitFor(isQuiet, { message: 'quiet' })
  }

  /** A stale value would stay: no event drops it any more. Deliveries that came again may still be on their way. */
  async assertInStep(): Promise<void> {
    const truth = await Promise.all(keys.map((key) => this.#world.read(key)))
    for (const server of this.#servers) {
      const read = async (): Promise<number[]> => Promise.all(keys.map((key) => server.cache.get(key)))
      const inStep = async (): Promise<boolean> => {
        assert.deepEqual(await read(), truth, `${server.instance} reads the truth`)
        return true
      }
      await waitFor(inStep, { message: `${server.instance} in step` })
    }
  }

  async end(): Promise<SyncedCacheStatistics[]> {
    await Promise.all(this.#servers.map(({ bus }) => bus.close({ timeoutMs: 2_000 })))
    return this.#servers.flatMap(({ statistics }) => statistics)
  }

  #start(work: Promise<unknown>): void {
    const running = work.finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** A load may fail: then it is another's turn. */
  async #read({ cache }: Server): Promise<void> {
    const wanted = [1, 2, 3].map(() => this.#random.pick(keys))
    await Promise.allSettled(wanted.map((key) => cache.get(key)))
  }

  async #change(): Promise<void> {
    const key = this.#random.pick(keys)
    await this.#world.write(key)
    await this.#announce({ type: 'row.changed', data: {}, subject: key })
  }

  async #changeAll(): Promise<void> {
    await Promise.all(keys.map((key) => this.#world.write(key)))
    await this.#announce({ type: 'rows.imported', data: {} })
  }

  /** By one server or another: one that closes rejects. */
  async #announce(event: EventInput): Promise<void> {
    const { bus } = this.#random.pick(this.#servers)
    const isTold = await bus.publish(event).then(
      () => true,
      () => false,
    )
    if (isTold) return
    await this.#world.pause()
    await this.#announce(event)
  }

  #toggle(server: Server): void {
    if (this.#cut.delete(server)) this.#world.heal(server.instance)
    else {
      this.#cut.add(server)
      this.#world.cut(server.instance)
    }
  }

  async #beAwayForTooLong(server: Server): Promise<void> {
    this.#cut.delete(server)
    this.#world.cut(server.instance)
    await this.#world.outlive(server.instance)
    this.#world.heal(server.instance)
  }
}
