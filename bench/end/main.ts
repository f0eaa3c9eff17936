/** One end of a client of RabbitMQ, as a process of its own. */
import { type Client, type Contender, furtherQueue } from '../contenders/client.ts'
import { onCommand } from './on-command.ts'
import type { ClientOrders, Done, Latency } from './orders.ts'
import { publishAtRate, publishInLanes } from './publishing.ts'
import { Received } from './received.ts'

type Work = () => Promise<Latency | undefined | void>

const orders = JSON.parse(process.argv[2] ?? '') as ClientOrders
const { connect } = (await import(orders.module)) as Contender
const client = await connect(orders.place)
const prepared: Record<ClientOrders['task'], () => Promise<Work>> = {
  declare: () => declare(client),
  publish: () => publishing(client),
  pace: () => pacing(client),
  consume: async () => () => consume(client),
  receive: () => receiving(client),
  time: () => timing(client),
}
const work = await prepared[orders.task]()
await onCommand(() => measured(work))

async function measured(work: Work): Promise<Done> {
  const cpu = process.cpuUsage()
  const started = performance.now()
  const latency = await work()
  const seconds = (performance.now() - started) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  await client.close()
  return { seconds, cpuSeconds: (user + system) / 1e6, ...(latency && { latency }) }
}

async function declare(client: Client): Promise<Work> {
  await client.subscribe(() => {}, orders.place.queue)
  return async () => {}
}

async function publishing(client: Client): Promise<Work> {
  const publish = await client.publisher()
  return () => publishInLanes(publish, orders)
}

async function pacing(client: Client): Promise<Work> {
  const publish = await client.publisher()
  return () => publishAtRate(publish, orders)
}

/** From before it subscribes, since the queue is full. */
async function consume(client: Client): Promise<void> {
  const received = new Received(orders.events)
  await client.subscribe(() => received.count(), orders.place.queue)
  await received.all
}

async function receiving(client: Client): Promise<Work> {
  const received = new Received(orders.events * orders.handlers)
  for (let handler = 0; handler < orders.handlers; handler++) {
    await client.subscribe(() => received.count(), furtherQueue(orders.place, handler))
  }
  return () => received.all
}

async function timing(client: Client): Promise<Work> {
  const received = new Received(orders.events)
  await client.subscribe(({ sentAt }) => received.count(sentAt), orders.place.queue)
  return async () => {
    await received.all
    return received.latency
  }
}
