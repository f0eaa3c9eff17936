import { EventBusError } from '../../core/errors.ts'
import type { Channel } from '../driver.ts'
import { answerTo, type Examined, unusedName } from './examined.ts'
import type { Finding } from './finding.ts'

type Permission = 'configure' | 'write' | 'read'

/**
 * RabbitMQ looks at permissions before it looks whether there is such a thing. So each one is asked for on a name that
 * nothing has, and nothing has to be made: deleting, unbinding and reading what is not there changes nothing.
 */
const questions: Readonly<Record<Permission, (channel: Channel, name: string) => Promise<unknown>>> = {
  configure: (channel, name) => channel.deleteQueue(name),
  // Its source comes second: it is asked whether that may be read.
  write: (channel, name) => channel.unbindExchange(name, `${name}:source`, ''),
  read: (channel, name) => channel.get(name),
}

export function checkConfigure(examined: Examined): Promise<Finding> {
  if (examined.topology.mayDeclare) return checkPermission('configure', examined)
  const seen = "not needed: with topology 'check' a bus makes nothing"
  return Promise.resolve({ check: 'permission:configure', status: 'pass', seen })
}

export function checkWrite(examined: Examined): Promise<Finding> {
  return checkPermission('write', examined)
}

export function checkRead(examined: Examined): Promise<Finding> {
  return checkPermission('read', examined)
}

async function checkPermission(permission: Permission, examined: Examined): Promise<Finding> {
  const check = `permission:${permission}`
  const { settings, names } = examined
  const pattern = `^${names.exchange.replaceAll('.', '\\.')}.*`
  const name = unusedName(examined)
  const answer = await answerTo(examined, `try ${permission}`, (channel) => questions[permission](channel, name))
  if (!(answer instanceof EventBusError) || isAllowed(answer, name)) {
    return { check, status: 'pass', seen: `the user may ${permission} names that begin with '${names.exchange}'` }
  }
  const { code, message } = answer
  if (code !== 'PERMISSION_DENIED') return { check, status: 'fail', code, seen: message }
  const without = permission === 'configure' ? ", or give the buses topology: 'check' and make all yourself" : ''
  const advice = `'rabbitmqctl set_permissions -p ${settings.vhost} USER' with '${pattern}' for ${permission}${without}.`
  return { check, status: 'fail', code, seen: `the user may not ${permission} '${name}'`, advice }
}

/** Not found is found out after the permission; and of two names the other one may be what was refused. */
function isAllowed({ code, message }: EventBusError, name: string): boolean {
  if (code === 'TOPOLOGY_MISSING') return true
  return code === 'PERMISSION_DENIED' && !message.includes(`'${name}'`)
}
