import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Contender, runEnd, startEnd } from './ends.ts'

export const clientEnds = ['publisher', 'receiver'] as const
export type ClientEnd = (typeof clientEnds)[number]

/** Of one end of one contender: CPU us per event, by run. */
export type CostsOf = (contender: Contender, end: ClientEnd) => readonly number[]

interface NullBroker {
  readonly process: ChildProcess
  readonly url: string
}

/** Measures all contenders in turn, `runs` times, each against a broker of its own that does nothing. */
export async function measureCosts(contenders: readonly Contender[], runs: number, events: number): Promise<CostsOf> {
  const costs = new Map<string, number[]>()
  for (let run = 0; run < runs; run++) {
    // Who comes first has a colder machine: that shall be each of them.
    for (const contender of run % 2 === 0 ? contenders : contenders.toReversed()) {
      const broker = await startBroker()
      // The first end also leaves a message there, for the second one to receive.
      for (const end of clientEnds) {
        const known = costs.get(`${contender} ${end}`) ?? []
        costs.set(`${contender} ${end}`, [...known, await measure(contender, end, broker, events)])
      }
      broker.process.kill()
    }
  }
  return (contender, end) => costs.get(`${contender} ${end}`) ?? []
}

async function startBroker(): Promise<NullBroker> {
  const child = fork(fileURLToPath(new URL('../null-broker.ts', import.meta.url)))
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { process: child, url: `amqp://guest:guest@127.0.0.1:${port}` }
}

async function measure(contender: Contender, end: ClientEnd, broker: NullBroker, events: number): Promise<number> {
  const child = await startEnd({ contender, end, url: broker.url, exchange: 'bench', events, inFlight: 500 })
  const done = runEnd(child)
  if (end === 'receiver') broker.process.send({ deliver: events })
  const { cpuSeconds } = await done
  return (cpuSeconds / events) * 1e6
}
