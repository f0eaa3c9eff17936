/** One end of one contender, as a process of its own. Reports over IPC when it is ready and when it is done. */
import { connect } from 'amqplib'
import { createEventBus } from '../../src/index.ts'
import { rabbitmq } from '../../src/rabbitmq/index.ts'

export interface Orders {
  readonly contender: 'amqplib' | 'event-bus'
  readonly end: 'publisher' | 'receiver'
  readonly url: string
  readonly exchange: string
  readonly events: number
  readonly inFlight: number
}

/** What an end has done: how long it took, and the processor time that this process spent on it. */
export interface Done {
  readonly seconds: number
  readonly cpuSeconds: number
}

const orders = JSON.parse(process.argv[2] ?? '') as Orders
const payload = { number: 0, text: 'x'.repeat(270) }
const type = 'bench.event'

const ends = {
  'amqplib publisher': amqplibPublisher,
  'amqplib receiver': amqplibReceiver,
  'event-bus publisher': busPublisher,
  'event-bus receiver': busReceiver,
}
await ends[`${orders.contender} ${orders.end}`]()

async function amqplibPublisher(): Promise<void> {
  const connection = await connect(orders.url)
  const channel = await connection.createConfirmChannel()
  await channel.assertExchange(orders.exchange, 'topic', { durable: true })
  const options = { persistent: true, contentType: 'application/json' }
  const publish = (number: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const body = Buffer.from(JSON.stringify({ ...payload, number }))
      channel.publish(orders.exchange, type, body, options, (error) => (error ? reject(error as Error) : resolve()))
    })
  await onCommand(() => inLanes(publish))
  await connection.close()
}

async function amqplibReceiver(): Promise<void> {
  const connection = await connect(orders.url)
  const channel = await connection.createChannel()
  const queue = `${orders.exchange}:amqplib`
  await channel.assertExchange(orders.exchange, 'topic', { durable: true })
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  await channel.bindQueue(queue, orders.exchange, 'bench.#')
  await channel.prefetch(orders.inFlight)
  const received = counter()
  await channel.consume(queue, (message) => {
    if (!message) return
    JSON.parse(message.content.toString())
    channel.ack(message)
    received.count()
  })
  await onCommand(() => received.all)
  await channel.deleteQueue(queue)
  await connection.close()
}

async function busPublisher(): Promise<void> {
  const bus = makeBus()
  await bus.ready
  await onCommand(() => inLanes((number) => bus.publish({ type, data: { ...payload, number } })))
  await bus.close()
}

async function busReceiver(): Promise<void> {
  const bus = makeBus()
  const received = counter()
  await bus.subscribe('bench.#', () => received.count()).ready
  await onCommand(() => received.all)
  await bus.close()
}

function makeBus() {
  return createEventBus({
    source: 'bench',
    transport: rabbitmq({ url: orders.url, exchangeName: orders.exchange, prefetch: orders.inFlight }),
  })
}

async function inLanes(publish: (number: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < orders.events) await publish(next++)
  }
  await Promise.all(Array.from({ length: orders.inFlight }, lane))
}

/** Counts events; `all` resolves with the last one. */
function counter(): { count(): void; all: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let left = orders.events
  return {
    all: promise,
    count() {
      left--
      if (left === 0) resolve()
    },
  }
}

/** Says that it is ready, waits for the word, works, and reports. */
async function onCommand(work: () => Promise<unknown>): Promise<void> {
  const told = new Promise((resolve) => process.once('message', resolve))
  process.send?.('ready')
  await told
  const cpu = process.cpuUsage()
  const started = performance.now()
  await work()
  const { user, system } = process.cpuUsage(cpu)
  const done: Done = { seconds: (performance.now() - started) / 1_000, cpuSeconds: (user + system) / 1e6 }
  process.send?.(done)
  process.disconnect()
}
