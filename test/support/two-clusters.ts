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

type Options = Partial<Omit<MultiClusterBusOptions<never>, 'events'>>

/** Two clusters that know nothing of each other: two exchanges of one broker, each behind a proxy of its own. */
export class TwoClusters {
  readonly eu: TestCluster
  readonly us: TestCluster
  readonly #buses: { close(options: { timeoutMs: number }): Promise<unknown> }[] = []

  private constructor(eu: TestCluster, us: TestCluster) {
    this.eu = eu
    this.us = us
  }

  static async start(url: string): Promise<TwoClusters> {
    const [eu, us] = await Promise.all([TestCluster.start('eu', url), TestCluster.start('us', url)])
    return new TwoClusters(eu, us)
  }

  /** A bus on both, `eu` first. */
  bus(options: Options & { readonly eu?: RabbitmqOptions; readonly us?: RabbitmqOptions } = {}): MultiClusterBus {
    const { eu, us, ...rest } = options
    const clusters = [this.eu.options(eu), this.us.options(us)]
    const bus = createMultiClusterBus({ source: 'test', logger: silentLogger, clusters, ...rest })
    this.#buses.push(bus)
    return bus
  }

  closeLater(bus: { close(options: { timeoutMs: number }): Promise<unknown> }): void {
    this.#buses.push(bus)
  }

  async end(): Promise<void> {
    for (const { proxy } of [this.eu, this.us]) proxy.heal()
    await Promise.all(this.#buses.map((bus) => bus.close({ timeoutMs: 3_000 })))
    await Promise.all([this.eu.end(), this.us.end()])
  }
}

/** One of them. */
export class TestCluster {
  readonly name: string
  readonly proxy: TcpProxy
  readonly exchangeName: string
  readonly #url: string
  readonly #queues = new Set<string>()

  private constructor(name: string, url: string, proxy: TcpProxy) {
    this.name = name
    this.proxy = proxy
    this.exchangeName = `test.clusters.${name}.${randomUUID().slice(0, 8)}`
    this.#url = url
  }

  static async start(name: string, url: string): Promise<TestCluster> {
    const { hostname, port } = new URL(url)
    return new TestCluster(name, url, await startTcpProxy({ host: hostname, port: Number(port || 5672) }))
  }

  /** Through the proxy. */
  get url(): string {
    const address = new URL(this.#url)
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

  /** To be removed at the end: what a group or a named instance has left. */
  queue(name: string): string {
    const queue = `${this.exchangeName}:${name}`
    this.#queues.add(queue)
    return queue
  }

  async end(): Promise<void> {
    await removeTopologyOf(this.#url, this.exchangeName, [...this.#queues])
    await this.proxy.close()
  }
}
