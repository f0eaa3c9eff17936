/**
 * Publishes 100,000 events with confirms from one process and receives them in another, over RabbitMQ: this bus, and
 * bare amqplib doing the same, in turn. `node bench/throughput.ts [runs] [events]`; EVENTBUS_AMQP_URL names the broker.
 */
import { randomUUID } from 'node:crypto'
import { removeTopologyOf } from '../test/support/rabbitmq/topology.ts'
import { median, spread } from './figures.ts'
import { type Contender, runEnd, startEnd } from './throughput/ends.ts'

const runs = Number(process.argv[2] ?? 3)
const events = Number(process.argv[3] ?? 100_000)
const url = process.env.EVENTBUS_AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672'
const contenders = ['amqplib', 'event-bus'] as const

interface Result {
  readonly rate: number
  readonly publishCpu: number
  readonly receiveCpu: number
}

const results: Record<(typeof contenders)[number], Result[]> = { amqplib: [], 'event-bus': [] }
for (let run = 1; run <= runs; run++) {
  for (const contender of contenders) {
    const result = await measure(contender)
    results[contender].push(result)
    console.error(`run ${run} of ${runs}, ${contender}: ${Math.round(result.rate)} events/s end to end`)
  }
}
console.log(
  `${events} events of 300 bytes, persistent, topic exchange, quorum queue, 500 unconfirmed; medians of ${runs} interleaved runs`,
)
console.table(Object.fromEntries(contenders.map((name) => [name, row(results[name])])))
const [reference, own] = contenders.map((name) => median(results[name].map(({ rate }) => rate)))
console.log(`event-bus runs at ${((own ?? 0) / (reference ?? 1)).toFixed(2)} times the rate of bare amqplib`)

async function measure(contender: Contender): Promise<Result> {
  const exchange = `bench.${randomUUID().slice(0, 8)}`
  const orders = { contender, url, exchange, events, inFlight: 500 }
  const receiver = await startEnd({ ...orders, end: 'receiver' })
  const publisher = await startEnd({ ...orders, end: 'publisher' })
  const [received, published] = await Promise.all([receiver, publisher].map(runEnd))
  await removeTopologyOf(url, exchange)
  if (!received || !published) throw new Error(`${contender} did not finish`)
  return {
    rate: events / Math.max(received.seconds, published.seconds),
    publishCpu: (published.cpuSeconds / events) * 1e6,
    receiveCpu: (received.cpuSeconds / events) * 1e6,
  }
}

function row(rows: readonly Result[]): Record<string, string> {
  return {
    'events/s': spread(rows.map(({ rate }) => rate)),
    'publisher CPU us/event': spread(
      rows.map(({ publishCpu }) => publishCpu),
      1,
    ),
    'receiver CPU us/event': spread(
      rows.map(({ receiveCpu }) => receiveCpu),
      1,
    ),
  }
}
