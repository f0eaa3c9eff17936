import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'
import { consumerCount, removeTopologyOf } from '../rabbitmq/topology.ts'
import { waitFor } from '../wait-for.ts'
import type { MemberOrders } from './protocol.ts'
import { type MemberProcess, startMember } from './start-member.ts'

export interface FleetOptions {
  /** Where the members connect to; a proxy, perhaps. */
  readonly url: string
  /** Where the broker itself is, to look at it and to clean up. */
  readonly brokerUrl: string
  /** Default: no end, until `finish`. */
  readonly events?: number
  readonly inFlight?: number
  readonly prefetch?: number
  readonly restMs?: number
}

/** How the events of a run fared at one place: an instance, or the group of all. */
export interface Account {
  readonly where: string
  readonly confirmed: number
  readonly received: number
  readonly duplicates: number
  readonly lost: number
}

const receivers = ['receiver-1', 'receiver-2', 'receiver-3']

/** One publisher and three receivers as processes; each receiver is an instance, and all are members of one group. */
export class Fleet {
  readonly exchange: string = `test.fleet.${randomUUID().slice(0, 8)}`
  readonly #options: Required<FleetOptions>
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'eventbus-fleet-'))
  readonly #members = new Map<string, MemberProcess>()
  readonly #faults: string[] = []

  constructor(options: FleetOptions) {
    this.#options = { events: 1e9, inFlight: 50, prefetch: 50, restMs: 0, ...options }
  }

  async start(): Promise<void> {
    await Promise.all(['publisher', ...receivers].map((name) => this.startMember(name)))
  }

  /** Starts a member, or starts it again under its old name. */
  async startMember(name: string): Promise<void> {
    const { brokerUrl: _onlyForUs, ...orders } = this.#options
    const role: MemberOrders['role'] = name === 'publisher' ? name : 'receiver'
    const journal = path.join(this.#folder, name)
    this.#members.set(name, await startMember({ ...orders, exchange: this.exchange, instance: name, role, journal }))
  }

  async killMember(name: string): Promise<void> {
    const member = this.#member(name)
    this.#faults.push(...member.faults)
    await member.kill()
  }

  publish(): void {
    this.#member('publisher').tell('publish')
  }

  finish(): void {
    this.#member('publisher').tell('finish')
  }

  /** Resolves when so many events are confirmed in all. */
  async confirmed(count: number): Promise<void> {
    await waitFor(() => this.#progress() >= count, { timeoutMs: 60_000, message: `${count} confirmed events` })
  }

  /** Resolves when so many more events are confirmed: it goes on. */
  confirmedMore(count: number): Promise<void> {
    return this.confirmed(this.#progress() + count)
  }

  /** Waits until all is published and handled, and asserts that nothing is lost and nobody has failed. */
  async settle(): Promise<readonly Account[]> {
    const published = await waitFor(() => this.#member('publisher').latest('published'), {
      timeoutMs: 90_000,
      message: 'the end of publishing',
    })
    expect(published.failed).toEqual([])
    expect(published.confirmed.length).toBeGreaterThan(0)
    await waitFor(() => this.#accounts(published.confirmed).every(({ lost }) => lost === 0), {
      timeoutMs: 60_000,
      message: 'every confirmed event at every instance and at one member of the group',
    })
    const accounts = this.#accounts(published.confirmed)
    console.table(accounts)
    await this.expectConsumers()
    expect([...this.#faults, ...[...this.#members.values()].flatMap(({ faults }) => faults)]).toEqual([])
    return accounts
  }

  /** Ends all processes and removes what they left. */
  async end(): Promise<void> {
    await Promise.all([...this.#members.values()].map((member) => member.end()))
    rmSync(this.#folder, { recursive: true, force: true })
    const queues = [...receivers, 'publisher'].map((name) => `${this.exchange}:instance:${name}`)
    await removeTopologyOf(this.#options.brokerUrl, this.exchange, [...queues, this.#groupQueue])
  }

  /** One for each instance, one of each member for the group. */
  async expectConsumers(): Promise<void> {
    const expected = [
      ...receivers.map((name) => [`${this.exchange}:instance:${name}`, 1] as const),
      [this.#groupQueue, receivers.length] as const,
    ]
    for (const [queue, consumers] of expected) {
      await waitFor(async () => (await consumerCount(this.#options.brokerUrl, queue)) === consumers, {
        timeoutMs: 30_000,
        message: `${consumers} consumers on ${queue}`,
      })
    }
  }

  get #groupQueue(): string {
    return `${this.exchange}:group:workers:work.#`
  }

  #progress(): number {
    return this.#member('publisher').latest('progress')?.confirmed ?? 0
  }

  #member(name: string): MemberProcess {
    const member = this.#members.get(name)
    if (!member) throw new Error(`no member '${name}'`)
    return member
  }

  #accounts(confirmed: readonly string[]): Account[] {
    const lines = receivers.map((name) => this.#journal(name))
    const instances = lines.map((own, index) => account(receivers[index] ?? '', confirmed, idsOf('instance', own)))
    return [...instances, account('group', confirmed, idsOf('group', lines.flat()))]
  }

  #journal(name: string): string[] {
    const file = path.join(this.#folder, name)
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
  }
}

function idsOf(kind: string, lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1))
}

function account(where: string, confirmed: readonly string[], ids: readonly string[]): Account {
  const seen = new Set(ids)
  const lost = confirmed.filter((id) => !seen.has(id)).length
  return { where, confirmed: confirmed.length, received: seen.size, duplicates: ids.length - seen.size, lost }
}
