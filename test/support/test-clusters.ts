import { randomUUID } from 'node:crypto'
import {
  createMultiClusterBus,
  type MultiClusterBus,
  type MultiClusterBusOptions,
  silentLogger,
} from '../../src/index.ts'
import { rabbitmq, type RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import { removeTopologyOf } from './rabbitmq/topology.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

interface BusOptions extends Partial<Omit<MultiClusterBusOptions<never>, 'events' | 'clusters'>> {
  /** Of the transports, by the name of the cluster. */
  readonly transports?: Readonly<Record<string, RabbitmqOptions>>
}

interface Closable {
  readonly instance?: string
  close(options: { timeoutMs: number }): Promise<unknown>
}

/** Clusters that know nothing of each other, each behind a proxy of its own: exchanges of one broker, or brokers. */
export class TestClusters {
  /** In the order of preference. */
  readonly all: readonly TestCluster[]
  readonly #open: Closable[] = []

  private constructor(all: readonly TestCluster[]) {
    this.all = all
  }

  /** By name, where its broker is. */
  static async start(urls: Readonly<Record<string, string>>): Promise<TestClusters> {
    return new TestClusters(await Promise.all(Object.entries(urls).map(([name, url]) => TestCluster.start(name, url))))
  }

  get eu(): TestCluster {
    return this.named('eu')
  }

  get us(): TestCluster {
    return this.named('us')
  }

  named(name: string): TestCluster {
    const found = this.all.find((cluster) => cluster.name === name)
    if (!found) throw new Error(`no cluster '${name}'`)
    return found
  }

  /** A bus on all of them. */
  bus({ transports = {}, ...options }: BusOptions = {}): MultiClusterBus {
    const clusters = this.all.map((cluster) => cluster.options(transports[cluster.name]))
    const bus = createMultiClusterBus({ source: 'test', logger: silentLogger, clusters, ...options })
    this.closeLater(bus)
    return bus
  }

  /** Where a cluster is away when it closes, its queue stays: so that goes afterwards. */
  closeLater(bus: Closable): void {
    this.#open.push(bus)
    if (bus.instance !== undefined) this.removeLater(`instance:${bus.instance}`)
  }

  /** What a group leaves on each of them goes at the end. */
  removeLater(queue: string): void {
    for (const cluster of this.all) cluster.removeLater(queue)
  }

  async end(): Promise<void> {
    for (const { proxy } of this.all) proxy.heal()
    await Promise.all(this.#open.map((bus) => bus.close({ timeoutMs: 3_000 })))
    await Promise.all(this.all.map((cluster) => cluster.end()))
  }
}

/** One of them. */
export class TestCluster {
  readonly name: string
  readonly proxy: TcpProxy
  readonly exchangeName: string
  readonly #brokerUrl: string
  readonly #queues: string[] = []

  private constructor(name: string, brokerUrl: string, proxy: TcpProxy) {
    this.name = name
    this.proxy = proxy
    this.exchangeName = `test.clusters.${name}.${randomUUID().slice(0, 8)}`
    this.#brokerUrl = brokerUrl
  }

  static async start(name: string, url: string): Promise<TestCluster> {
    const { hostname, port } = new URL(url)
    return new TestCluster(name, url, await startTcpProxy({ host: hostname, port: Number(port || 5672) }))
  }

  /** Through the proxy. */
  get url(): string {
    const address = new URL(this.#brokerUrl)
    address.host = `127.0.0.1:${this.proxy.port}`
    return address.href
  }

  /** For a bus that knows this cluster only, or among others. */
  options(options: RabbitmqOptions = {}): MultiClusterBusOptions<never>['clusters'][number] {
    const known = { url: this.url, exchangeName: this.exchangeName, reconnect: { minMs: 10, maxMs: 100 } }
    return { name: this.name, transport: rabbitmq({ ...known, ...options }) }
  }

  /** Nothing gets through until `return`. */
  goAway(): void {
    this.proxy.refuse()
    this.proxy.cut()
  }

  return(): void {
    this.proxy.heal()
  }

  /** The name of a queue behind that of its exchange. */
  removeLater(queue: string): void {
    this.#queues.push(`${this.exchangeName}:${queue}`)
  }

  async end(): Promise<void> {
    await removeTopologyOf(this.#brokerUrl, this.exchangeName, this.#queues)
    await this.proxy.close()
  }
}
