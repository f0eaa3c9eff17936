import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { isEventBusError, type MultiClusterBus, type PublishPolicy } from '../../src/index.ts'
import type { RabbitmqOptions } from '../../src/rabbitmq/index.ts'
import type { TestClusters } from './test-clusters.ts'
import { waitFor } from './wait-for.ts'

/** A way to break something, before the bus is made or when it is ready. */
export interface Fault {
  readonly transports?: () => Readonly<Record<string, RabbitmqOptions>>
  readonly before?: () => Promise<unknown>
  readonly during?: () => Promise<unknown> | void
  readonly after?: () => Promise<unknown> | void
}

/** What becomes of a publish under a policy, and when its event is handled. */
export type Cell = readonly [fault: string, policy: PublishPolicy, expected: string, handled: string]

/** The faults for which a cluster needs a broker of its own. */
export const faultsOfBrokers: readonly string[] = ['the preferred cluster is blocked', 'the other cluster is blocked']

/** The table of docs/multi-cluster.md. */
export function readTable(): Cell[] {
  const text = readFileSync(new URL('../../docs/multi-cluster.md', import.meta.url), 'utf8')
  const table = /^\| fault +\|.*\n.*\n((?:\|.*\n)+)/m.exec(text)?.[1] ?? ''
  return table
    .trimEnd()
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()))
    .flatMap(([, fault = '', all = '', any = '', failover = '', handled = '']): Cell[] => [
      [fault, 'all', all, handled],
      [fault, 'any', any, handled],
      [fault, 'failover', failover, handled],
    ])
}

/** Publishes during the fault, to an instance and a group that hear both clusters, and sees that the cell is true. */
export async function runCell(clusters: TestClusters, cell: Cell, fault: Fault): Promise<void> {
  const [name, policy, expected, handled] = cell
  await fault.before?.()
  const bus = clusters.bus({ publishPolicy: policy, failoverAfterMs: 200, transports: fault.transports?.() ?? {} })
  const received: unknown[] = []
  const note = ({ data }: { data: unknown }): void => void received.push(data)
  await bus.subscribe('a.*', note, { name: 'everywhere' }).ready
  await bus.subscribe('a.*', note, { group: 'work' }).ready
  await fault.during?.()
  // Until the home has moved, if it has to.
  await settled(bus, name)
  const outcome = bus.publish({ type: 'a.b', data: 1 }, { timeoutMs: expected === 'partial' ? 3_000 : 30_000 }).then(
    () => 'resolves',
    (error: unknown) => (isEventBusError(error, 'PARTIALLY_PUBLISHED') ? 'partial' : String(error)),
  )
  if (handled === 'at once') await bothHave(received)
  if (expected === 'waits') expect(await Promise.race([outcome, quiet(bus)])).toBe('waits')
  else expect(await outcome).toBe(expected)
  await fault.after?.()
  await bothHave(received)
  if (expected === 'waits') expect(await outcome).toBe('resolves')
}

/** The instance and the group. */
async function bothHave(received: readonly unknown[]): Promise<void> {
  await waitFor(() => received.length >= 2, { timeoutMs: 30_000, message: 'handled by the instance and the group' })
}

/** A publish shows that a cluster is silent, blocked, or refuses events; other faults show themselves. */
async function settled(bus: MultiClusterBus, fault: string): Promise<void> {
  if (fault.startsWith('both')) await waitFor(() => bus.status === 'connecting')
  if (!fault.startsWith('the preferred')) return
  if (/silent|blocked|type/.test(fault)) bus.publish({ type: 'probe', data: 0 }).catch(() => {})
  await waitFor(() => bus.cluster('us').isHome, { timeoutMs: 30_000, message: 'us as the home' })
}

/** The events wait in every buffer. */
async function quiet(bus: MultiClusterBus): Promise<string> {
  await waitFor(() => bus.measurements().buffered.events > 0)
  return 'waits'
}
