import { connectionStates } from '../core/load.ts'
import { OptionReader } from '../core/option-reader.ts'
import { counter, type Family, gauge, type Sample } from './families.ts'
import { type MetricsRegistry, putInto, readRegister } from './registry.ts'

/** What is read of a `Bridge`. */
export interface MeasuredBridge {
  readonly from: string
  readonly to: string
  readonly forwarded: number
  readonly passedOver: number
  readonly failures: number
  readonly deadLetters: number
  readonly waiting: number
  readonly status: Readonly<Record<string, string>>
}

type Bridges = readonly MeasuredBridge[]
type Count = 'forwarded' | 'passedOver' | 'failures' | 'deadLetters' | 'waiting'

const families: readonly Family<Bridges>[] = [
  counter('bridge_forwarded_total', 'Events that were confirmed at the other cluster.', each('forwarded')),
  counter('bridge_passed_over_total', 'Events that reach the other cluster by themselves.', each('passedOver')),
  counter('bridge_failures_total', 'Tries to forward an event that failed.', each('failures')),
  counter('bridge_dead_letters_total', 'Events that the other cluster has refused for good.', each('deadLetters')),
  gauge('bridge_waiting_events', 'Events in hand that the other cluster has not confirmed yet.', each('waiting')),
  gauge('bridge_state', '1 for the state that a bridge is in at a cluster, 0 for the others.', states),
]

/**
 * Puts the metrics of bridges into a registry, which may be that of a bus; they are read at the scrape. Returns the
 * function that takes them out again. Throws `OPTION_INVALID`.
 */
export function collectBridgeMetrics(
  bridges: readonly MeasuredBridge[],
  options: { readonly register: MetricsRegistry },
): () => void {
  const register = readRegister(new OptionReader('collectBridgeMetrics', options, ['register']), families)
  return putInto(register, families, () => bridges)
}

function each(count: Count): (bridges: Bridges) => Sample[] {
  return (bridges) => bridges.map((bridge) => ({ value: bridge[count], labels: labelsOf(bridge) }))
}

function states(bridges: Bridges): Sample[] {
  return bridges.flatMap((bridge) =>
    Object.entries(bridge.status).flatMap(([cluster, now]) =>
      connectionStates.map((state) => ({
        value: state === now ? 1 : 0,
        labels: { ...labelsOf(bridge), cluster, state },
      })),
    ),
  )
}

function labelsOf({ from, to }: MeasuredBridge): { from: string; to: string } {
  return { from, to }
}
