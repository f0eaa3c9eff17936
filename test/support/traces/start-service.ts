import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ServiceAnswer, ServiceOrders } from './service.ts'
import type { Span } from './spans.ts'

/** A service, as its parent sees it. */
export interface ServiceProcess {
  /** The spans that have ended there. */
  spans(): Promise<readonly Span[]>
  /** Closes its bus and ends it. Can be repeated. */
  close(): Promise<void>
}

const program = fileURLToPath(new URL('service.ts', import.meta.url))
const guard = new URL('../end-with-parent.ts', import.meta.url).href

/** Resolves when the service is ready. */
export async function startService(orders: ServiceOrders): Promise<ServiceProcess> {
  // JSON would drop what is undefined.
  const child = fork(program, [JSON.stringify(orders)], { execArgv: ['--import', guard], serialization: 'advanced' })
  const exited = once(child, 'exit')
  const answer = async (): Promise<ServiceAnswer> => {
    const ended = exited.then(() => Promise.reject(new Error(`the service '${orders.instance}' has ended`)))
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [ServiceAnswer]
    return message
  }
  await answer()
  return {
    async spans() {
      const answered = answer()
      child.send('spans')
      const message = await answered
      return message.kind === 'spans' ? message.spans : []
    },
    async close() {
      if (child.connected) child.send('close')
      await exited
    },
  }
}
