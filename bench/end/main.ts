/** One end of one contender, as a process of its own: says that it is ready, waits for the word, works, and reports. */
import type { Client, Contender } from '../contenders/client.ts'
import type { Latency, Orders, Report } from './orders.ts'
import { publishAtRate, publishInLanes } from './publishing.ts'
import { Received } from './received.ts'

type Work = () => Promise<Latency | undefined | void>

const orders = JSON.parse(process.argv[2] ?? '') as Orders
process.once('disconnect', () => process.exit(1))
const { connect } = (await import(orders.module)) as Contender
const client = await connect(orders.place)
const prepared: Record<Orders['task'], () => Promise<Work>> = {
  declare: () => declare(client),
  publish: () => publishing(client),
  pace: () => pacing(client),
  consume: async () => () => consume(client),
  receive: () => receiving(client),
  time: () => timing(client),
}
const work = await prepared[orders.task]()
const told = new Promise((resolve) => process.once('message', resolve))
report('ready')
await told
await measured(work)

async function measured(work: Work): Promise<void> {
  const cpu = process.cpuUsage()
  const started = performance.now()
  const latency = await work()
  const seconds = (performance.now() - started) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  await client.close()
  // Whatever a client leaves behind: this process has done its work.
  report({ seconds, cpuSeconds: (user + system) / 1e6, ...(latency && { latency }) }, () => process.exit())
}

async function declare(client: Client): Promise<Work> {
  await client.subscribe(() => {})
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
  await client.subscribe(() => received.count())
  await received.all
}

async function receiving(client: Client): Promise<Work> {
  const received = new Received(orders.events)
  await client.subscribe(() => received.count())
  return () => received.all
}

async function timing(client: Client): Promise<Work> {
  const received = new Received(orders.events)
  await client.subscribe(({ sentAt }) => received.count(sentAt))
  return async () => {
    await received.all
    return received.latency
  }
}

function report(news: Report, sent: () => void = () => {}): void {
  process.send?.(news, sent)
}
