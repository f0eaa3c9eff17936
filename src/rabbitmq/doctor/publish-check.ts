import type { EventBusError } from '../../core/errors.ts'
import { explainReply } from '../driver.ts'
import { questionMs } from '../scratch-channel.ts'
import { withinLimit } from '../within-limit.ts'
import { ask, type Examined, unusedName } from './examined.ts'
import type { Finding } from './finding.ts'

const check = 'publish'

/**
 * Whether the broker takes and confirms messages: one to a queue that does not exist, by the default exchange, where dead
 * letters go. Comes last, since with a resource alarm the broker reads nothing more from this connection.
 */
export async function checkPublish(examined: Examined): Promise<Finding> {
  try {
    const alarm = await Promise.race([alarmOf(examined), publishAndAsk(examined)])
    if (alarm !== undefined) return alarmed(alarm)
    return { check, status: 'pass', seen: 'the broker takes messages and confirms them' }
  } catch (error) {
    return refused(error as EventBusError, examined)
  }
}

/** Why the broker stops reading; never resolves if it does not. */
function alarmOf({ connection }: Examined): Promise<string> {
  return new Promise((resolve) => {
    connection.onBlocked((reason) => {
      if (reason !== undefined) resolve(reason)
    })
  })
}

/** The confirm may come although the broker stops reading behind the message: then it answers nothing more. */
async function publishAndAsk(examined: Examined): Promise<undefined> {
  const limitMs = Math.max(1, Math.min(questionMs, examined.deadline - Date.now()))
  await withinLimit(publishNowhere(examined), limitMs, `The broker did not confirm a message within ${limitMs} ms`)
  await ask(examined, 'ask a question behind a message', async () => {})
}

/** On a channel of its own, which knows why it was closed. */
async function publishNowhere(examined: Examined): Promise<void> {
  const { channel, lost } = await examined.connection.openChannel()
  channel.publish('', unusedName(examined), Buffer.alloc(0))
  const confirmed = channel.waitForConfirms().catch(async () => {
    throw explainReply(await lost, 'publish by the default exchange')
  })
  await confirmed
  void channel.close().catch(() => {})
}

function alarmed(reason: string): Finding {
  const advice =
    "Events wait in the processes until that is over: 'rabbitmq-diagnostics alarms' names node and alarm; free memory or disk there."
  return { check, status: 'fail', seen: `the broker takes no events at present: ${reason}`, advice }
}

function refused({ code, message }: EventBusError, { settings }: Examined): Finding {
  if (code !== 'PERMISSION_DENIED') return { check, status: 'fail', code, seen: message }
  const advice = `Dead letters go that way: let the user write on 'amq.default', e.g. '^(amq\\.default|PREFIX.*)$', with 'rabbitmqctl set_permissions -p ${settings.vhost} USER'.`
  return { check, status: 'fail', code, seen: message, advice }
}
