import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { waitFor } from '../wait-for.ts'
import type { MemberCommand, MemberOrders, MemberReport } from './protocol.ts'

type Kind = MemberReport['kind']
type ReportOf<K extends Kind> = Extract<MemberReport, { kind: K }>

/** A member process, as its parent sees it. */
export interface MemberProcess {
  readonly name: string
  /** Unhandled rejections and uncaught errors so far. */
  readonly faults: readonly string[]
  tell(command: MemberCommand): void
  /** The newest report of a kind. */
  latest<K extends Kind>(kind: K): ReportOf<K> | undefined
  /** `kill -9`. */
  kill(): Promise<void>
  /** Closes its bus and ends; killed if that takes too long. */
  end(): Promise<void>
}

const program = fileURLToPath(new URL('member.ts', import.meta.url))

/** Starts a member and waits until it is ready. */
export async function startMember(orders: MemberOrders): Promise<MemberProcess> {
  const child = fork(program, [JSON.stringify(orders)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const member = wrap(child, orders.instance)
  await waitFor(() => member.latest('ready'), { timeoutMs: 20_000, message: `${orders.instance} ready` })
  return member
}

function wrap(child: ChildProcess, name: string): MemberProcess {
  const reports = new Map<Kind, MemberReport>()
  const faults: string[] = []
  child.on('message', (report: MemberReport) => {
    reports.set(report.kind, report)
    if (report.kind === 'fault') faults.push(`${name}: ${report.message}`)
  })
  const latest = <K extends Kind>(kind: K): ReportOf<K> | undefined => reports.get(kind) as ReportOf<K> | undefined
  const tell = (command: MemberCommand): void => void child.send(command)
  return {
    name,
    faults,
    tell,
    latest,
    async kill() {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      const killer = setTimeout(() => child.kill('SIGKILL'), 15_000)
      tell('close')
      await exited
      clearTimeout(killer)
    },
  }
}
