import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Done, Orders } from './contender.ts'

export type Contender = Orders['contender']

const program = fileURLToPath(new URL('contender.ts', import.meta.url))

/** Starts one end of a contender; resolves when it is ready. */
export async function startEnd(orders: Orders): Promise<ChildProcess> {
  const child = fork(program, [JSON.stringify(orders)])
  await once(child, 'message')
  return child
}

/** Gives it the word; resolves when it has done its work and ended. */
export async function runEnd(child: ChildProcess): Promise<Done> {
  const done = once(child, 'message') as Promise<[Done]>
  const exited = once(child, 'exit')
  child.send('go')
  const [result] = await done
  await exited
  return result
}
