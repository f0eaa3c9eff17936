/**
 * What an event costs the process that publishes it, and the one that receives it, beside bare amqplib: against a broker
 * that does nothing, so that only the clients are measured. `node bench/client-cpu.ts [runs] [events]`.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { median, spread } from './figures.ts'
import { type Contender, runEnd, startEnd } from './throughput/ends.ts'

const runs = Number(process.argv[2] ?? 5)
const events = Number(process.argv[3] ?? 100_000)
const contenders: readonly Contender[] = ['amqplib', 'event-bus']
const ends = ['publisher', 'receiver'] as const

const costs = new Map<string, number[]>()
for (let run = 0; run < runs; run++) {
  for (const contender of contenders) {
    const broker = await startBroker()
    // The first one also leaves a message there, for the second one to receive.
    for (const end of ends) keep(`${contender} ${end}`, await measure(contender, end, broker))
    broker.process.kill()
  }
}
console.log(`CPU us per event of 300 bytes, ${events} events, 500 in flight; medians of ${runs} interleaved runs`)
console.table(Object.fromEntries(contenders.map((name) => [name, row(name)])))

interface NullBroker {
  readonly process: ChildProcess
  readonly url: string
}

async function startBroker(): Promise<NullBroker> {
  const child = fork(fileURLToPath(new URL('null-broker.ts', import.meta.url)))
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { process: child, url: `amqp://guest:guest@127.0.0.1:${port}` }
}

async function measure(contender: Contender, end: (typeof ends)[number], broker: NullBroker): Promise<number> {
  const child = await startEnd({ contender, end, url: broker.url, exchange: 'bench', events, inFlight: 500 })
  const done = runEnd(child)
  if (end === 'receiver') broker.process.send({ deliver: events })
  const { cpuSeconds } = await done
  return (cpuSeconds / events) * 1e6
}

function keep(name: string, cost: number): void {
  costs.set(name, [...(costs.get(name) ?? []), cost])
}

function row(contender: Contender): Record<string, string> {
  return Object.fromEntries(ends.map((end) => [end, shown(contender, end)]))
}

function shown(contender: Contender, end: (typeof ends)[number]): string {
  const own = costs.get(`${contender} ${end}`) ?? []
  const ratio = median(own) / median(costs.get(`amqplib ${end}`) ?? [])
  return `${spread(own, 1)}, ${ratio.toFixed(2)} x`
}
