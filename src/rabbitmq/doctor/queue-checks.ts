import type { Point } from '../../core/transport.ts'
import type { QueueItem } from '../topology-item.ts'
import type { Examined } from './examined.ts'
import type { Finding } from './finding.ts'
import { lookAtQueue, type QueueLook } from './queue-look.ts'

type Judgement = Omit<Finding, 'check'>
type Counts = Extract<QueueLook, { kind: 'there' }>

/** What a look at a queue that is there means, and what to say of one that is not. */
interface Reading {
  judge(counts: Counts): Judgement
  /** Where buses make what is missing. */
  readonly missing: Judgement
}

const scheduled: Reading = {
  judge({ ready, consumers }) {
    const seen = `${consumersText(consumers)}; ${ready} scheduled events are due`
    if (consumers > 0 || ready === 0) return { status: 'pass', seen }
    return { status: 'warn', seen, advice: 'Nobody publishes them: start a bus that subscribes or schedules.' }
  },
  missing: { status: 'pass', seen: 'not there; the first bus that subscribes or schedules makes it' },
}

const deadLetters: Reading = {
  judge({ ready }) {
    if (ready === 0) return { status: 'pass', seen: 'no dead letters' }
    const advice = "'event-bus dead-letters list' shows them, 'redrive' sends them back."
    return { status: 'warn', seen: `${ready} dead letters`, advice }
  },
  missing: { status: 'pass', seen: 'not there; the first bus that subscribes makes it' },
}

const group: Reading = {
  judge: ({ ready, consumers }) => workQueue(ready, consumers, 'Start a process that subscribes in this group'),
  missing: {
    status: 'warn',
    seen: 'it is not there',
    advice:
      'The first process that subscribes in this group with this pattern makes it; events from before do not reach the group.',
  },
}

const instance: Reading = {
  judge: ({ ready, consumers }) => workQueue(ready, consumers, 'Start the process with this instance name'),
  missing: {
    status: 'warn',
    seen: 'it is not there',
    advice:
      'A process with this instance name makes it; without one for instanceExpiresSeconds the broker deletes the queue.',
  },
}

export function checkScheduled(examined: Examined): Promise<Finding> {
  const { topology, names } = examined
  return checkQueue(queueIn(topology.schedulePlan, names.scheduled), scheduled, examined)
}

export function checkDeadLetters(examined: Examined): Promise<Finding> {
  return checkQueue(examined.topology.deadLetters as QueueItem, deadLetters, examined)
}

export function checkPoint(point: Point, examined: Examined): Promise<Finding> {
  const { topology, names } = examined
  const item = queueIn(topology.pointPlan(point), names.queueOf(point, examined.instance))
  return checkQueue(item, point.kind === 'group' ? group : instance, examined)
}

async function checkQueue(item: QueueItem, reading: Reading, examined: Examined): Promise<Finding> {
  const look = await lookAtQueue(item, examined)
  return { check: `queue:${item.name}`, ...judge(look, reading, examined) }
}

function judge(look: QueueLook, reading: Reading, { topology }: Examined): Judgement {
  switch (look.kind) {
    case 'there': {
      const judged = reading.judge(look)
      return look.isCompared ? judged : { ...judged, seen: `${judged.seen}; arguments not compared` }
    }
    case 'missing': {
      if (topology.mayDeclare) return reading.missing
      return {
        status: 'fail',
        code: 'TOPOLOGY_MISSING',
        seen: 'it is not there',
        advice: 'Make it, with its bindings.',
      }
    }
    default:
      return judgeFault(look)
  }
}

/** What is wrong with a queue, whatever it is for. */
export function judgeFault({ kind, error }: Exclude<QueueLook, { kind: 'there' | 'missing' }>): Judgement {
  const { code, message } = error
  const seen = kind === 'silent' ? `the queue does not answer: ${message}` : message
  const advice = {
    different:
      'A queue keeps its arguments for ever: run the doctor with the options of the buses, or let it run empty and delete it.',
    silent: withoutLeader,
    unknown: undefined,
  }[kind]
  return { status: 'fail', code, seen, ...(advice !== undefined && { advice }) }
}

const withoutLeader =
  "The queue has no leader: 'rabbitmq-queues quorum_status NAME' shows its members. Start the nodes that are away; if they never come back, delete the queue: what is in it is lost, and the buses make it anew."

function workQueue(ready: number, consumers: number, advice: string): Judgement {
  const seen = `${consumersText(consumers)}; ${ready} events wait`
  return consumers > 0
    ? { status: 'pass', seen }
    : { status: 'warn', seen, advice: `${advice}; events wait meanwhile.` }
}

function consumersText(count: number): string {
  return count === 1 ? '1 consumer' : `${count} consumers`
}

function queueIn(plan: readonly { readonly kind: string; readonly name?: string }[], name: string): QueueItem {
  return plan.find((item) => item.kind === 'queue' && item.name === name) as QueueItem
}
