import { execFileSync } from 'node:child_process'

export interface RunningProcess {
  pid: number
  parent: number
  name: string
}

/** Every process of this machine, by `ps`. */
export function processes(): RunningProcess[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => {
    const [pid, parent, ...name] = line.trim().split(/\s+/)
    return { pid: Number(pid), parent: Number(parent), name: name.join(' ') }
  })
}

/** The processes that a process started, and those that they started. */
export function descendantsOf(pid: number): RunningProcess[] {
  const running = processes()
  const family = (parent: number): RunningProcess[] =>
    running.filter((child) => child.parent === parent).flatMap((child) => [child, ...family(child.pid)])
  return family(pid)
}
