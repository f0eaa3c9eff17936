import { once } from 'node:events'
import { connect } from 'node:net'
import { spawn } from 'node:child_process'
import { freePorts } from '../free-ports.ts'
import { waitFor } from '../wait-for.ts'
import { watch } from '../watchdog.ts'

/** Erlang's port mapper. The members of one cluster find each other through one of them. */
export interface Epmd {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

/** Starts an epmd of its own on a free loopback port, so that no other Erlang on this machine is touched. */
export async function startEpmd(): Promise<Epmd> {
  const [port = 0] = await freePorts(1)
  const child = spawn('epmd', ['-port', String(port), '-address', '127.0.0.1'], { stdio: 'ignore' })
  await once(child, 'spawn')
  const pid = child.pid as number
  const exited = once(child, 'exit')
  const watchdog = watch([pid])
  await waitFor(() => answers(port), { message: `epmd on port ${port}` })
  return {
    port,
    pid,
    async stop() {
      child.kill('SIGKILL')
      await exited
      watchdog.release()
    },
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
