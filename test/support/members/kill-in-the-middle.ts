import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { RedriverOrders } from './redriver.ts'

const program = fileURLToPath(new URL('redriver.ts', import.meta.url))

/** Runs a redriver until it is killed. */
export async function killInTheMiddle(orders: RedriverOrders): Promise<void> {
  const child = fork(program, [JSON.stringify(orders)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  if (signal !== 'SIGKILL') throw new Error(`the redriver was not killed, it ended with ${code}`)
}
