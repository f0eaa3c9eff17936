import type { EventBusError } from '../../core/errors.ts'
import type { Item, QueueItem } from '../topology-item.ts'
import { topLevel } from '../wait-ladder.ts'
import { lookAtExchange } from './exchange-check.ts'
import type { Examined } from './examined.ts'
import type { Finding } from './finding.ts'
import { judgeFault } from './queue-checks.ts'
import { lookAtQueue, type QueueLook } from './queue-look.ts'

const check = 'wait-ladder'

interface Looked {
  readonly name: string
  readonly look: QueueLook
}

/** The queues and exchanges that delays go through. Levels are made when a delay first needs them. */
export async function checkWaitLadder(examined: Examined): Promise<Finding> {
  const plan = examined.topology.ladder.plan(topLevel)
  const queues = await lookAtQueues(plan, examined)
  const fault = queues.find(isFaulty)
  if (fault) return faulty(fault)
  const there = queues.filter(({ look }) => look.kind === 'there')
  if (there.length === 0) return notThere(examined)
  const wrong = await wrongExchange(plan, there, examined)
  if (wrong) return wrong
  const waiting = there.reduce((sum, { look }) => sum + (look.kind === 'there' ? look.ready : 0), 0)
  return { check, status: 'pass', seen: `${there.length} levels; ${waiting} retries and scheduled events wait` }
}

function lookAtQueues(plan: readonly Item[], examined: Examined): Promise<Looked[]> {
  const items = plan.filter((item): item is QueueItem => item.kind === 'queue')
  return Promise.all(items.map(async (item) => ({ name: item.name, look: await lookAtQueue(item, examined) })))
}

type Fault = Exclude<QueueLook, { kind: 'there' | 'missing' }>

function isFaulty(looked: Looked): looked is Looked & { readonly look: Fault } {
  return looked.look.kind !== 'there' && looked.look.kind !== 'missing'
}

function faulty({ name, look }: { readonly name: string; readonly look: Fault }): Finding {
  const judged = judgeFault(look)
  return { check, ...judged, seen: `queue '${name}': ${judged.seen}` }
}

function notThere({ topology }: Examined): Finding {
  if (topology.mayDeclare) {
    return { check, status: 'pass', seen: 'not there; the first bus that subscribes or schedules makes it' }
  }
  const advice = 'Without it retries with delays and scheduled events fail: make it, with its bindings.'
  return { check, status: 'fail', code: 'TOPOLOGY_MISSING', seen: 'it is not there', advice }
}

/** Each level that is there needs its exchange, and all of them the exit. */
async function wrongExchange(
  plan: readonly Item[],
  there: readonly Looked[],
  examined: Examined,
): Promise<Finding | undefined> {
  const levels = new Set(there.map(({ name }) => name))
  const isLevel = (name: string): boolean => /:\d+$/.test(name)
  for (const item of plan) {
    if (item.kind !== 'exchange' || (isLevel(item.name) && !levels.has(item.name))) continue
    const error = await lookAtExchange(examined, item)
    if (error && error.code !== 'PERMISSION_DENIED') return wrong(item.name, error, examined)
  }
  return undefined
}

function wrong(name: string, { code, message }: EventBusError, { topology }: Examined): Finding {
  const seen = `exchange '${name}': ${message}`
  if (code !== 'TOPOLOGY_MISSING') return { check, status: 'fail', code, seen }
  const advice = 'What waits in front of it does not go on. A bus that starts makes it anew, with its bindings.'
  return { check, status: topology.mayDeclare ? 'warn' : 'fail', code, seen, advice }
}
