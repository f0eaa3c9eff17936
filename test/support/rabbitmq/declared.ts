import { type Channel, connect } from 'amqplib'
import type { PrivateBroker } from './private-broker.ts'

type Arguments = Readonly<Record<string, string | number | boolean>>

/** What lies on a broker: exchanges, queues and bindings, with all that they keep for ever. */
export interface Declared {
  readonly exchanges: readonly Exchange[]
  readonly queues: readonly Queue[]
  /** `kind` is that of the destination. */
  readonly bindings: readonly Binding[]
}

interface Exchange {
  readonly name: string
  readonly type: string
  readonly durable: boolean
  readonly arguments: Arguments
}

interface Queue {
  readonly name: string
  readonly durable: boolean
  readonly exclusive: boolean
  readonly arguments: Arguments
}

interface Binding {
  readonly from: string
  readonly kind: 'queue' | 'exchange'
  readonly to: string
  readonly key: string
}

/** As `rabbitmqctl` prints a table of arguments: name, type, value. */
type Listed<T> = Omit<T, 'arguments'> & { readonly arguments: readonly [string, string, string | number | boolean][] }

type ListedQueue = Listed<Queue> & { readonly owner_pid: unknown }
const bindingColumns = ['source_name', 'destination_kind', 'destination_name', 'routing_key'] as const
type ListedBinding = Record<(typeof bindingColumns)[number], string>

/** Reads from the broker what there is in a virtual host, apart from what every virtual host has. */
export async function readDeclared(broker: PrivateBroker, vhost: string): Promise<Declared> {
  const list = async <T>(...command: string[]): Promise<T[]> =>
    JSON.parse(await broker.ctl('--silent', '-p', vhost, ...command, '--formatter', 'json')) as T[]
  const exchanges = await list<Listed<Exchange>>('list_exchanges', 'name', 'type', 'durable', 'arguments')
  const queues = await list<ListedQueue>('list_queues', 'name', 'durable', 'owner_pid', 'arguments')
  const bindings = await list<ListedBinding>('list_bindings', ...bindingColumns)
  return {
    exchanges: exchanges
      .filter(({ name }) => name !== '' && !name.startsWith('amq.'))
      .map(({ name, type, durable, arguments: args }) => ({ name, type, durable, arguments: asObject(args) }))
      .toSorted(byText),
    queues: queues.map(asQueue).toSorted(byText),
    bindings: bindings
      .filter(({ source_name: from }) => from !== '')
      .map(asBinding)
      .toSorted(byText),
  }
}

function asQueue({ name, durable, owner_pid: owner, arguments: args }: ListedQueue): Queue {
  return { name, durable, exclusive: owner !== '', arguments: asObject(args) }
}

function asBinding(listed: ListedBinding): Binding {
  const { source_name: from, destination_kind: kind, destination_name: to, routing_key: key } = listed
  return { from, kind: kind as Binding['kind'], to, key }
}

/** Makes all of it, as another program would; what is exclusive is its connection's, and left out. */
export async function declareAll({ exchanges, queues, bindings }: Declared, url: string): Promise<void> {
  const connection = await connect(url)
  const channel = await connection.createChannel()
  for (const { name, type, durable, arguments: args } of exchanges)
    await channel.assertExchange(name, type, { durable, arguments: args })
  for (const { name, durable, exclusive, arguments: args } of queues)
    if (!exclusive) await channel.assertQueue(name, { durable, arguments: args })
  for (const binding of bindings) await bind(channel, binding)
  await connection.close()
}

async function bind(channel: Channel, { kind, to, from, key }: Binding): Promise<void> {
  if (kind === 'queue') await channel.bindQueue(to, from, key)
  else await channel.bindExchange(to, from, key)
}

function asObject(table: readonly [string, string, string | number | boolean][]): Arguments {
  return Object.fromEntries(table.map(([name, , value]) => [name, value] as const).toSorted(byText))
}

function byText(left: unknown, right: unknown): number {
  const [one, other] = [JSON.stringify(left), JSON.stringify(right)]
  return one < other ? -1 : 1
}
