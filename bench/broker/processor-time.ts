import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

// What the kernel counts processor time in, as `getconf CLK_TCK` says everywhere.
const ticksPerSecond = 100

/** Seconds of processor time that a process has used. Linux only. */
export function processorSeconds(pid: number): number {
  // The name in brackets may hold spaces: the fields are counted from behind it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** The Erlang process of this machine that listens where the URL leads; none on another machine or system. */
export function brokerPid(url: string): number | undefined {
  const { hostname, port, protocol } = new URL(url)
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return undefined
  try {
    const sockets = listeningSockets(Number(port || (protocol === 'amqps:' ? 5_671 : 5_672)))
    return erlangProcesses().find((pid) => descriptors(pid).some((name) => sockets.has(name)))
  } catch {
    return undefined
  }
}

function listeningSockets(port: number): Set<string> {
  const listening = '0A'
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const lines = ['tcp', 'tcp6'].flatMap((file) => readFileSync(`/proc/net/${file}`, 'utf8').trim().split('\n').slice(1))
  const sockets = lines.map((line) => line.trim().split(/\s+/))
  const inodes = sockets.filter(([, address, , state]) => state === listening && address?.endsWith(local))
  return new Set(inodes.map((fields) => `socket:[${fields[9]}]`))
}

function erlangProcesses(): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return pids.filter((pid) => nameOf(pid) === 'beam.smp')
}

/** Empty for a process that has ended meanwhile. */
function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return ''
  }
}

/** Of a process that belongs to another user, none. */
function descriptors(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((name) => targetOf(`/proc/${pid}/fd/${name}`))
  } catch {
    return []
  }
}

/** Empty for a descriptor that was closed meanwhile. */
function targetOf(link: string): string {
  try {
    return readlinkSync(link)
  } catch {
    return ''
  }
}
