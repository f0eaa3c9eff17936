import type { Examined } from './examined.ts'
import type { Finding } from './finding.ts'

/** Extensions of AMQP that the bus needs, by their names in the handshake. */
const needed = ['publisher_confirms', 'exchange_exchange_bindings', 'basic.nack', 'consumer_cancel_notify'] as const

const oldest = [3, 10] as const

/** Until this version a quorum queue that is new when its only node dies never comes back. */
const newQueuesSurvive = [4, 3] as const

type Version = readonly [major: number, minor: number]

/** Product, version and features, as the broker names them in the handshake. */
export async function checkBroker({ connection: { broker } }: Examined): Promise<Finding> {
  const { product, version, capabilities } = broker
  const seen = `${product} ${version}`
  const check = 'broker'
  const missing = needed.filter((name) => !capabilities.includes(name))
  if (missing.length > 0) {
    const advice = 'The bus needs these extensions of AMQP 0-9-1: use RabbitMQ 3.10 or later.'
    return { check, status: 'fail', seen: `${seen}, without ${missing.join(', ')}`, advice }
  }
  if (product !== 'RabbitMQ') {
    const advice = 'The bus is tested with RabbitMQ 3.10 or later only; quorum queues and dead lettering may differ.'
    return { check, status: 'warn', seen, advice }
  }
  const parsed = parseVersion(version)
  if (isBefore(parsed, oldest)) {
    return { check, status: 'fail', seen, advice: 'Quorum queues of the bus need RabbitMQ 3.10 or later: upgrade.' }
  }
  if (!isBefore(parsed, newQueuesSurvive)) return { check, status: 'pass', seen }
  const known = 'up to 4.2 a quorum queue made less than a second before its only node is killed stays without leader'
  return { check, status: 'pass', seen: `${seen} (known: ${known})` }
}

function parseVersion(text: string): Version {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(text) ?? []
  return [Number(major ?? 0), Number(minor ?? 0)]
}

function isBefore([major, minor]: Version, [otherMajor, otherMinor]: Version): boolean {
  return major < otherMajor || (major === otherMajor && minor < otherMinor)
}
