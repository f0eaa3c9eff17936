/**
 * What an event costs the process that publishes it, and the one that receives it, beside bare amqplib: against a broker
 * that does nothing, so that only the clients are measured. `node bench/client-cpu.ts [runs] [events]`.
 */
import { median, spread } from './figures.ts'
import { type ClientEnd, clientEnds, measureCosts } from './throughput/client-costs.ts'
import type { Contender } from './throughput/ends.ts'

const runs = Number(process.argv[2] ?? 5)
const events = Number(process.argv[3] ?? 100_000)
const contenders: readonly Contender[] = ['amqplib', 'event-bus']

const costsOf = await measureCosts(contenders, runs, events)
console.log(`CPU us per event of 300 bytes, ${events} events, 500 in flight; medians of ${runs} interleaved runs`)
console.table(Object.fromEntries(contenders.map((name) => [name, row(name)])))

function row(contender: Contender): Record<string, string> {
  return Object.fromEntries(clientEnds.map((end) => [end, shown(contender, end)]))
}

function shown(contender: Contender, end: ClientEnd): string {
  const own = costsOf(contender, end)
  const ratio = median(own) / median(costsOf('amqplib', end))
  return `${spread(own, 1)}, ${ratio.toFixed(2)} x`
}
