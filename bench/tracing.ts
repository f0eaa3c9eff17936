/**
 * What traces cost the process that publishes an event, and the one that handles it: without them, with the API of
 * OpenTelemetry alone, and with an SDK that throws its spans away. Against a broker that does nothing.
 * `node bench/tracing.ts [runs] [events]`.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { median, spread } from './figures.ts'
import type { Orders } from './throughput/contender.ts'
import { runEnd, startEnd } from './throughput/ends.ts'

const runs = Number(process.argv[2] ?? 5)
const events = Number(process.argv[3] ?? 100_000)
const ways = ['off', 'api', 'sdk'] as const
const ends = ['publisher', 'receiver'] as const

const costs = new Map<string, number[]>()
for (let run = 0; run < runs; run++) {
  for (const way of ways) {
    const broker = fork(fileURLToPath(new URL('null-broker.ts', import.meta.url)))
    const [{ port }] = (await once(broker, 'message')) as [{ port: number }]
    // The first one also leaves a message there, for the second one to receive.
    for (const end of ends) {
      const child = await startEnd(ordersFor(way, end, port))
      const done = runEnd(child)
      if (end === 'receiver') broker.send({ deliver: events })
      const { cpuSeconds } = await done
      costs.set(`${way} ${end}`, [...(costs.get(`${way} ${end}`) ?? []), (cpuSeconds / events) * 1e6])
    }
    broker.kill()
  }
}
console.log(`CPU us per event of 300 bytes, ${events} events, 500 in flight; medians of ${runs} interleaved runs`)
console.table(
  Object.fromEntries(ways.map((way) => [way, Object.fromEntries(ends.map((end) => [end, shown(way, end)]))])),
)

function ordersFor(way: (typeof ways)[number], end: (typeof ends)[number], port: number): Orders {
  const url = `amqp://guest:guest@127.0.0.1:${port}`
  const tracing = way === 'off' ? undefined : way
  return { contender: 'event-bus', end, url, exchange: 'bench', events, inFlight: 500, tracing }
}

function shown(way: string, end: string): string {
  const own = costs.get(`${way} ${end}`) ?? []
  return `${spread(own, 1)}, ${(median(own) / median(costs.get(`off ${end}`) ?? [])).toFixed(2)} x`
}
