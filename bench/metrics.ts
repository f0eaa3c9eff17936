/**
 * What counting costs: a bus that counts and is scraped every second, beside one whose meter does nothing, against a broker
 * that does nothing. Ends with 1 if publishing costs more than 3 % more. `node bench/metrics.ts [runs] [events]`.
 */
import { median, spread } from './figures.ts'
import { type ClientEnd, clientEnds, measureCosts } from './throughput/client-costs.ts'
import type { Contender } from './throughput/ends.ts'

const runs = Number(process.argv[2] ?? 5)
const events = Number(process.argv[3] ?? 200_000)
const limitPercent = 3
const contenders: readonly Contender[] = ['event-bus unmetered', 'event-bus scraped']

const costsOf = await measureCosts(contenders, runs, events)
console.log(`CPU us per event of 300 bytes, ${events} events, 500 in flight; medians of ${runs} interleaved runs`)
console.table(Object.fromEntries(contenders.map((name) => [name, row(name)])))
for (const end of clientEnds) console.log(`${end}: ${spread(percentMore(end), 1)} % more with metrics, run by run`)
if (median(percentMore('publisher')) > limitPercent) process.exitCode = 1

function row(contender: Contender): Record<string, string> {
  return Object.fromEntries(clientEnds.map((end) => [end, spread(costsOf(contender, end), 2)]))
}

/** Of each run by itself: what else the machine does changes more between runs than within one. */
function percentMore(end: ClientEnd): number[] {
  const without = costsOf('event-bus unmetered', end)
  return costsOf('event-bus scraped', end).map((cost, run) => (cost / (without[run] ?? NaN) - 1) * 100)
}
