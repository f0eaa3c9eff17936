import { type HealthCheck, healthCheck, type HealthStatus, worstOf } from '../core/health.ts'
import type { Publisher } from './publisher.ts'

/** What it looks at. */
export type PublisherSight = Pick<Publisher, 'state' | 'pending' | 'fill' | 'oldestMs'>

interface Finding {
  readonly status: HealthStatus
  readonly why?: string | undefined
}

/** So full, and somebody should look before publishes are refused. */
const muchOfBuffer = 0.5
/** So late, and a confirm is worth a look: a queue may be without a leader. */
const slowConfirmMs = 5_000

/** What waits for its confirm, and why; `connection` is the health of what it goes out on. */
export function checkPublisher(publisher: PublisherSight, connection: HealthCheck): HealthCheck {
  const { events } = publisher.pending
  const worst = worstOf([findInChannel(publisher, connection), findInBuffer(publisher)])
  const { status = 'pass', why } = worst ?? {}
  return healthCheck(status, events, why && `${why}${waitingIn(publisher)}`, 'events')
}

function findInChannel({ state }: PublisherSight, connection: HealthCheck): Finding {
  if (state.name === 'failed') return { status: 'fail', why: `${state.cause.code}: ${state.cause.message}` }
  if (connection.observedValue !== 'open') return { status: connection.status, why: connection.output }
  if (state.name === 'open') return { status: 'pass' }
  const cause = 'cause' in state ? state.cause : undefined
  // What the last connection took with it is about to be there again.
  if (!cause || cause.code === 'CONNECTION_FAILED')
    return { status: 'warn', why: 'There is no channel to publish on yet' }
  return { status: 'fail', why: `${cause.code}: ${cause.message}` }
}

function findInBuffer({ fill, oldestMs }: PublisherSight): Finding {
  if (fill >= 1) return { status: 'fail', why: 'The buffer is full: what is published is refused' }
  if (fill >= muchOfBuffer) return { status: 'warn', why: `The buffer is filled to ${Math.floor(100 * fill)}%` }
  if (oldestMs < slowConfirmMs) return { status: 'pass' }
  return { status: 'warn', why: 'The broker does not confirm' }
}

function waitingIn({ pending: { events, bytes }, oldestMs }: PublisherSight): string {
  if (events === 0) return ''
  return `; ${events} events with ${bytes} bytes wait here, the oldest for ${(oldestMs / 1_000).toFixed(1)} s`
}
