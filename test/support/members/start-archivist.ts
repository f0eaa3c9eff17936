import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { waitFor } from '../wait-for.ts'
import type { ArchivistOrders, ArchivistReport } from './archivist.ts'

/** An archivist, as its parent sees it. */
export interface ArchivistProcess {
  /** How many events it has recorded. */
  readonly recorded: number
  /** Unhandled rejections and uncaught errors. */
  readonly faults: readonly string[]
  /** `kill -9`. */
  kill(): Promise<void>
  /** In order. */
  end(): Promise<void>
}

const program = fileURLToPath(new URL('archivist.ts', import.meta.url))

/** Starts an archivist and waits until it records. */
export async function startArchivist(orders: ArchivistOrders): Promise<ArchivistProcess> {
  const child = fork(program, [JSON.stringify(orders)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  let recorded: number | undefined
  const faults: string[] = []
  child.on('message', (report: ArchivistReport) => {
    if ('fault' in report) faults.push(report.fault)
    else recorded = report.recorded
  })
  await waitFor(() => recorded !== undefined, { message: 'an archivist that records' })
  return {
    get recorded() {
      return recorded ?? 0
    },
    faults,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async end() {
      child.send('end')
      const killer = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await exited
      clearTimeout(killer)
    },
  }
}
