import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'
import { readDeadLetters } from '../rabbitmq/dead-letters.ts'
import { consumerCount, onChannel, removeTopologyOf } from '../rabbitmq/topology.ts'
import { waitFor } from '../wait-for.ts'
import { type Account, printTable } from './account.ts'
import { Ledger } from './ledger.ts'
import type { Load, MemberOrders } from './protocol.ts'
import { type MemberProcess, startMember } from './start-member.ts'

export interface FleetOptions extends Partial<Load> {
  /** Where the members connect to; a proxy, perhaps. */
  readonly url: string
  /** The nodes of a cluster, instead of the host in the URL. */
  readonly hosts?: readonly string[]
  /** Where the broker itself is, to look at it and to clean up. */
  readonly brokerUrl: string
  readonly heartbeatSeconds?: number
  readonly prefetch?: number
  /** Whether publishers send events that wait together. Default false. */
  readonly batching?: boolean
  /** Default `quorum`. */
  readonly queueType?: MemberOrders['queueType']
  readonly handleMs?: number
}

export const publishers: readonly [string, ...string[]] = ['publisher-1', 'publisher-2']
export const receivers: readonly [string, ...string[]] = ['receiver-1', 'receiver-2', 'receiver-3']
/** A member that keeps something of each event would be far beyond this. */
const maxHeapBytes = 64 * 2 ** 20

/** Two publishers and three receivers as processes; each receiver is an instance, and all are members of one group. */
export class Fleet {
  readonly exchange: string = `test.fleet.${randomUUID().slice(0, 8)}`
  readonly #options: FleetOptions
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'eventbus-fleet-'))
  readonly #ledger = new Ledger(this.#folder, publishers)
  readonly #members = new Map<string, MemberProcess>()
  /** Of members that are no more. */
  readonly #faults: string[] = []
  readonly #outsideGroup = new Set<string>()
  #isPublishing = false

  constructor(options: FleetOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    await Promise.all([...publishers, ...receivers].map((name) => this.startMember(name)))
  }

  /** Starts a member, or starts it again under its old name. */
  async startMember(name: string): Promise<void> {
    const role = publishers.includes(name) ? 'publisher' : 'receiver'
    const member = await startMember(this.#ordersFor(name, role))
    this.#members.set(name, member)
    if (role === 'receiver') this.#ledger.expectAt(name, this.#instanceQueue(name), 'instance', name)
    else if (this.#isPublishing) member.tell('publish')
  }

  async killMember(name: string): Promise<void> {
    const member = this.#take(name)
    await member.kill()
    this.#faults.push(...member.faults)
  }

  /** SIGTERM; resolves with what its `close` answered. */
  async terminateMember(name: string): Promise<{ unfinishedDeliveries: number; unconfirmedEvents: number }> {
    const member = this.#take(name)
    await member.terminate()
    this.#faults.push(...member.faults)
    const closed = member.latest('closed')
    if (!closed) throw new Error(`${name} ended without closing`)
    return closed
  }

  /** One more handler on an instance. Resolves when it is ready. */
  async subscribeOnceMore(name: string): Promise<void> {
    await this.#member(name).ask('subscribe', 'subscribed')
    this.#ledger.expectAt(`${name}, later`, this.#instanceQueue(name), 'late', name)
  }

  async leaveGroup(name: string): Promise<void> {
    this.#outsideGroup.add(name)
    await this.#member(name).ask('unsubscribe', 'unsubscribed')
  }

  /** How many events a receiver has handled as a member of the group. */
  handledInGroup(name: string): number {
    return this.#ledger.journalOf(name).entries('group').size
  }

  publish(): void {
    this.#isPublishing = true
    for (const member of this.#publishers) member.tell('publish')
  }

  /** Resolves when so many events are confirmed in all. */
  async confirmed(count: number): Promise<void> {
    await this.#until(() => this.#ledger.count('confirmed') >= count, `${count} confirmed events`)
  }

  /** Resolves when so many more events are confirmed: it goes on. */
  confirmedMore(count: number): Promise<void> {
    return this.confirmed(this.#ledger.count('confirmed') + count)
  }

  /** Resolves when so many more events are published, confirmed or not. */
  async publishedMore(count: number): Promise<void> {
    const goal = this.#ledger.count('published') + count
    await this.#until(() => this.#ledger.count('published') >= goal, `${goal} published events`)
  }

  /** Resolves when so many events are without a confirm; those of publishers that were killed stay so. */
  async unconfirmed(count: number): Promise<void> {
    const unconfirmed = (): number => this.#ledger.count('published') - this.#ledger.count('confirmed')
    await this.#until(() => unconfirmed() >= count, `${count} unconfirmed events`)
  }

  /** Load goes on for a while after the faults. Then all is to arrive that was confirmed, and nobody may have failed. */
  async finishAndSettle(): Promise<readonly Account[]> {
    await this.confirmedMore(500)
    this.#isPublishing = false
    const published = await Promise.all(this.#publishers.map((member) => member.ask('finish', 'published')))
    expect(published.flatMap(({ failed }) => failed)).toEqual([])
    const failure = await this.#allReceived().catch((error: Error) => error)
    const accounts = this.#ledger.accounts(this.groupQueue, await this.#deadByQueue())
    printTable(accounts)
    if (failure) throw failure
    expect(Math.min(...accounts.map(({ confirmed }) => confirmed))).toBeGreaterThan(0)
    expect(accounts.filter(({ dead }) => dead > 0)).toEqual([])
    await this.expectConsumers()
    await this.#expectSmallHeaps()
    expect(this.#allFaults()).toEqual([])
    return accounts
  }

  /** Ends all processes and removes what they left. */
  async end(): Promise<void> {
    await Promise.all([...this.#members.values()].map((member) => member.terminate()))
    rmSync(this.#folder, { recursive: true, force: true })
    const queues = this.#ledger.names.map((name) => this.#instanceQueue(name))
    await removeTopologyOf(this.#options.brokerUrl, this.exchange, [...queues, this.groupQueue])
  }

  /** One for each instance, one of each member for the group. */
  async expectConsumers(): Promise<void> {
    const instances = [...this.#members.keys()].filter((name) => !publishers.includes(name))
    const sharing = instances.filter((name) => !this.#outsideGroup.has(name))
    await this.#expectConsumersOn(this.groupQueue, sharing.length)
    for (const name of instances) await this.#expectConsumersOn(this.#instanceQueue(name), 1)
  }

  /** Deletes the group's queue under its consumers; resolves when they are back. What lay in it, or came meanwhile, is gone. */
  async deleteGroupQueue(): Promise<void> {
    await onChannel(this.#options.brokerUrl, (channel) => channel.deleteQueue(this.groupQueue))
    await this.expectConsumers()
    this.#ledger.expectAtGroupFromNow()
  }

  get groupQueue(): string {
    return `${this.exchange}:group:workers:work.#`
  }

  async #expectConsumersOn(queue: string, consumers: number): Promise<void> {
    await waitFor(async () => (await consumerCount(this.#options.brokerUrl, queue)) === consumers, {
      message: `${consumers} consumers on ${queue}`,
    })
  }

  async #expectSmallHeaps(): Promise<void> {
    const members = [...this.#members.values()]
    const heaps = await Promise.all(members.map((member) => member.ask('measure', 'heap')))
    const sizes = members.map(({ name }, index) => ({ name, bytes: heaps[index]?.bytes ?? Infinity }))
    console.log(`heap: ${sizes.map(({ name, bytes }) => `${name} ${(bytes / 2 ** 20).toFixed(1)} MiB`).join(', ')}`)
    expect(sizes.filter(({ bytes }) => bytes > maxHeapBytes)).toEqual([])
  }

  #ordersFor(instance: string, role: MemberOrders['role']): MemberOrders {
    const { url, hosts, inFlight = 10, restMs = 20, perSecond, ...rest } = this.#options
    const { heartbeatSeconds = 10, prefetch = 50, batching = false, queueType = 'quorum', handleMs = 0 } = rest
    return {
      url,
      ...(hosts && { hosts }),
      exchange: this.exchange,
      instance,
      role,
      heartbeatSeconds,
      prefetch,
      batching,
      queueType,
      handleMs,
      journal: this.#ledger.fileOf(instance),
      load: { inFlight, restMs, ...(perSecond && { perSecond }) },
    }
  }

  /** However slow the machine is, as long as it goes on. */
  async #allReceived(): Promise<void> {
    const missing = (): number => this.#ledger.accounts(this.groupQueue).reduce((sum, { lost }) => sum + lost, 0)
    for (let left = missing(); left > 0; left = missing()) {
      const before = left
      await this.#until(() => missing() < before, `one more of ${before} confirmed events that were not received`, 500)
    }
  }

  /** How many dead letters come from each queue. */
  async #deadByQueue(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>()
    for (const { headers } of await readDeadLetters(this.#options.brokerUrl, this.exchange)) {
      const [death] = (headers['x-death'] ?? []) as { queue: string }[]
      const queue = (headers['event-bus-origin-queue'] ?? death?.queue) as string
      counts.set(queue, (counts.get(queue) ?? 0) + 1)
    }
    return counts
  }

  #allFaults(): string[] {
    return [...this.#faults, ...[...this.#members.values()].flatMap(({ faults }) => faults)]
  }

  async #until(condition: () => boolean, message: string, pauseMs?: number): Promise<void> {
    try {
      await waitFor(condition, { timeoutMs: 90_000, message, ...(pauseMs && { pauseMs }) })
    } catch (error) {
      throw new Error([String(error), ...this.#allFaults()].join('\n'), { cause: error })
    }
  }

  get #publishers(): MemberProcess[] {
    return [...this.#members.values()].filter(({ name }) => publishers.includes(name))
  }

  #instanceQueue(name: string): string {
    return `${this.exchange}:instance:${name}`
  }

  #member(name: string): MemberProcess {
    const member = this.#members.get(name)
    if (!member) throw new Error(`no member '${name}'`)
    return member
  }

  /** It is about to end: nothing more is expected of it. */
  #take(name: string): MemberProcess {
    const member = this.#member(name)
    this.#members.delete(name)
    return member
  }
}
