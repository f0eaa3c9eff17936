import type { EventBusError } from '../../core/errors.ts'
import { askAccess } from '../credentials.ts'
import { connect, type Connection } from '../driver.ts'
import { describeAddress, type Host, type RabbitmqSettings } from '../options.ts'
import { withinLimit } from '../within-limit.ts'
import type { Finding } from './finding.ts'

const check = 'connection'

/** By the code of the operating system, or of DNS. */
const networkAdvice: Readonly<Record<string, string>> = {
  ENOTFOUND: 'No DNS server and no hosts file knows that name: check its spelling, or ask from where the bus runs.',
  EAI_AGAIN: 'The DNS server does not answer: check the network of this machine, or try again.',
  ECONNREFUSED:
    'Nothing listens there: does RabbitMQ run, is the port right (5672, with TLS 5671), and does it listen on that address?',
  ETIMEDOUT: 'Nobody answers there: a firewall drops it, the address is wrong, or the broker hangs.',
  EHOSTUNREACH: 'There is no way to that address: check network and firewall.',
  ENETUNREACH: 'There is no way to that address: check network and firewall.',
}

export interface Opened {
  readonly finding: Finding
  /** Where it could be made. */
  readonly connection?: Connection
}

/** DNS, TCP, TLS, login and virtual host, as a bus does it. */
export async function openConnection(settings: RabbitmqSettings, deadline: number): Promise<Opened> {
  const host = settings.hosts[0] as Host
  const address = describeAddress(settings, host)
  try {
    const connection = await connectBefore(deadline, settings, host)
    return { connection, finding: { check, status: 'pass', seen: `connected to ${address}` } }
  } catch (error) {
    const { code, message, cause } = error as EventBusError
    const advice = adviceFor(code, settings, cause)
    return { finding: { check, status: 'fail', code, seen: message, ...(advice !== undefined && { advice }) } }
  }
}

async function connectBefore(deadline: number, settings: RabbitmqSettings, host: Host): Promise<Connection> {
  const limitMs = Math.max(1, Math.min(settings.connectTimeoutMs, deadline - Date.now()))
  const access = await askAccess(settings, new AbortController().signal)
  // The driver's own limit begins anew with what the other side sends.
  const connecting = connect({ ...settings, connectTimeoutMs: limitMs }, access, host, 'event-bus doctor')
  const late = `${describeAddress(settings, host)} did not finish the handshake within ${limitMs} ms`
  try {
    return await withinLimit(connecting, limitMs + 500, late)
  } catch (error) {
    void connecting.then((connection) => connection.close(Date.now())).catch(() => {})
    throw error
  }
}

function adviceFor(code: string, { login, vhost }: RabbitmqSettings, cause: unknown): string | undefined {
  const user = login.kind === 'password' ? login.user : 'USER'
  switch (code) {
    case 'CREDENTIALS_REFUSED':
      return `On the broker, 'rabbitmqctl authenticate_user ${user}' asks for the password and checks it; 'change_password' sets another.`
    case 'VHOST_REFUSED':
      return `On the broker: 'rabbitmqctl list_vhosts', 'add_vhost ${vhost}', 'set_permissions -p ${vhost} ${user} CONFIGURE WRITE READ'.`
    case 'TLS_FAILED':
      return "'openssl s_client -connect HOST:PORT -showcerts' shows the broker's certificate; in a URL, ?cacertfile=FILE names its authority."
    case 'BROKER_TIMEOUT':
      return networkAdvice.ETIMEDOUT
    default:
      return networkAdvice[networkCode(cause)]
  }
}

/** amqplib's own time limit has no code. */
function networkCode(cause: unknown): string {
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: string }
  if (typeof code === 'string') return code
  return message?.includes('ETIMEDOUT') ? 'ETIMEDOUT' : ''
}
