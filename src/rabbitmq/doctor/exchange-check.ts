import { EventBusError } from '../../core/errors.ts'
import { checkItem, declareItem, type Item } from '../topology-item.ts'
import { answerTo, type Examined } from './examined.ts'
import type { Finding } from './finding.ts'

/** Whether the exchange is there, as the bus makes it. */
export async function checkExchange(examined: Examined): Promise<Finding> {
  const { names, topology } = examined
  const check = `exchange:${names.exchange}`
  const refusal = await lookAtExchange(examined, topology.exchange)
  if (!refusal) return { check, status: 'pass', seen: 'a topic exchange, as the bus makes it' }
  const { code, message } = refusal
  switch (code) {
    case 'TOPOLOGY_MISSING':
      return { check, code, ...missing(examined) }
    case 'PERMISSION_DENIED':
      return { check, status: 'pass', seen: 'it is there; its type was not compared, since that takes configure' }
    case 'TOPOLOGY_MISMATCH': {
      const advice = 'Buses are refused there: use another exchange name, or delete it if nobody else uses it.'
      return { check, status: 'fail', code, seen: message, advice }
    }
    default:
      return { check, status: 'fail', code, seen: message }
  }
}

/** What the broker has against it, if anything. */
export async function lookAtExchange(examined: Examined, item: Item): Promise<EventBusError | undefined> {
  const looked = await answerTo(examined, 'find the exchange', (channel) => checkItem(item, channel))
  if (looked instanceof EventBusError) return looked
  // It is there, so that this makes nothing, and compares.
  const compared = await answerTo(examined, 'compare the exchange', (channel) => declareItem(item, channel))
  return compared instanceof EventBusError ? compared : undefined
}

function missing({ topology }: Examined): Pick<Finding, 'status' | 'seen' | 'advice'> {
  if (!topology.mayDeclare)
    return { status: 'fail', seen: 'it is not there', advice: 'Make it: a durable topic exchange.' }
  const advice =
    'The first bus makes it. If buses have run already, this is another exchange or virtual host than theirs.'
  return { status: 'warn', seen: 'it is not there', advice }
}
