import {
  type ClusterOptions,
  createMultiClusterBus,
  defineCatalog,
  defineEvent,
  silentLogger,
  type,
} from '@appserver/event-bus'

const orderPlaced = defineEvent('order.placed', type<{ number: number }>())
const shopEvents = defineCatalog([orderPlaced])

export interface Shop {
  /** Resolves when its packers hear of every order. */
  readonly ready: Promise<unknown>
  /** Resolves when the order is safe on one of the clusters. */
  order(): Promise<void>
  close(): Promise<unknown>
}

/** A shop that sells in two regions: its orders go to both, and one of the packers, wherever they are, packs each. */
export function openShop(clusters: readonly ClusterOptions[], say: (line: string) => void): Shop {
  const bus = createMultiClusterBus({
    source: 'shop',
    clusters,
    events: shopEvents,
    publishPolicy: 'any',
    failoverAfterMs: 500,
    failbackAfterMs: 1_000,
    logger: { ...silentLogger, warn: (_, message) => say(message) },
  })
  const packed = bus.subscribe(
    'order.placed',
    ({ data }, { cluster }) => say(`order ${data.number} packed (${cluster})`),
    {
      group: 'packers',
    },
  )
  const shown = bus.subscribe('order.*', ({ data }, { cluster }) => say(`order ${data.number} shown (${cluster})`), {
    name: 'board',
  })
  let orders = 0
  return {
    ready: Promise.all([bus.ready, packed.ready, shown.ready]),
    async order() {
      const number = ++orders
      await bus.publish(orderPlaced({ number }))
      say(`order ${number} placed`)
    },
    close: () => bus.close(),
  }
}
