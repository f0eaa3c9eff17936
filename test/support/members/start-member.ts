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
  /** Unhandled rejections, uncaught errors, and an end that nobody asked for. */
  readonly faults: readonly string[]
  tell(command: MemberCommand): void
  /** The newest report of a kind. */
  latest<K extends Kind>(kind: K): ReportOf<K> | undefined
  /** Tells it, and resolves with the report that answers. */
  ask<K extends Kind>(command: MemberCommand, kind: K): Promise<ReportOf<K>>
  /** `kill -9`. */
  kill(): Promise<void>
  /** SIGTERM, on which it closes its bus and ends; killed if that takes too long, which is a fault. */
  terminate(): Promise<void>
}

const program = fileURLToPath(new URL('member.ts', import.meta.url))
const endTimeoutMs = 15_000

/** Starts a member and waits until it is ready. */
export async function startMember(orders: MemberOrders): Promise<MemberProcess> {
  const child = fork(program, [JSON.stringify(orders)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: ['--expose-gc'],
  })
  const member = wrap(child, orders.instance)
  try {
    await waitFor(() => member.latest('ready'), { timeoutMs: 60_000, message: `${orders.instance} ready` })
    return member
  } catch (error) {
    await member.kill()
    throw new Error([String(error), ...member.faults].join('\n'), { cause: error })
  }
}

function wrap(child: ChildProcess, name: string): MemberProcess {
  const reports = new Map<Kind, MemberReport>()
  const faults: string[] = []
  let isToEnd = false
  child.on('message', (report: MemberReport) => {
    reports.set(report.kind, report)
    if (report.kind === 'fault') faults.push(`${name}: ${report.message}`)
  })
  child.on('exit', (code, signal) => {
    if (!isToEnd) faults.push(`${name} has ended by itself: ${signal ?? code}`)
  })
  const latest = <K extends Kind>(kind: K): ReportOf<K> | undefined => reports.get(kind) as ReportOf<K> | undefined
  const tell = (command: MemberCommand): void => void child.send(command, () => {})
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    isToEnd = true
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  return {
    name,
    faults,
    tell,
    latest,
    async ask(command, kind) {
      reports.delete(kind)
      tell(command)
      return waitFor(() => latest(kind), { timeoutMs: 90_000, message: `${name} ${kind}` })
    },
    kill: () => end('SIGKILL'),
    async terminate() {
      const overdue = setTimeout(() => child.kill('SIGKILL'), endTimeoutMs)
      await end('SIGTERM')
      clearTimeout(overdue)
      if (child.exitCode !== 0) faults.push(`${name} did not close: ${child.signalCode ?? child.exitCode}`)
    },
  }
}
