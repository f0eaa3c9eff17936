import { execFile, execFileSync } from 'node:child_process'
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { freePorts } from '../free-ports.ts'
import { type ServerProcess, startServerProcess } from '../server-process.ts'
import { postgresVersion } from './handshake.ts'
import { postgresBinFolder } from './server-binaries.ts'

/** A PostgreSQL of this process alone: own port and files, on 127.0.0.1 only. */
export interface PrivatePostgres {
  readonly url: string
  readonly port: number
  readonly version: string
  /** With everything that it keeps on disk. */
  readonly folder: string
  /** The pid of the server while it runs. */
  readonly pid: number | undefined
  /** `kill -9`. Data stays. */
  kill(): Promise<void>
  /** Orderly shutdown, which ends connections. Data stays. */
  stop(): Promise<void>
  /** Starts it again on the same port and data, and resolves when it takes connections. */
  start(): Promise<void>
  /** Kills what runs and removes all files. */
  remove(): Promise<void>
}

const run = promisify(execFile)
const startTimeoutMs = 60_000

/** `settings` are lines of postgresql.conf, by their names. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PrivatePostgres> {
  const binFolder = postgresBinFolder()
  if (binFolder === undefined) throw new Error('no PostgreSQL server is installed on this machine')
  const server = await createServer(binFolder, settings)
  try {
    await server.start()
  } catch (error) {
    await server.remove()
    throw error
  }
  return server
}

async function createServer(binFolder: string, settings: Readonly<Record<string, string>>): Promise<PrivatePostgres> {
  const [port = 0] = await freePorts(1)
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const user = ordinaryUser()
  const folder = await mkdtemp(path.join(tmpdir(), 'eventbus-postgres-'))
  if (user) await chown(folder, user.uid, user.gid)
  const data = path.join(folder, 'data')
  const env = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' }
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync']
  await run(path.join(binFolder, 'initdb'), initdb, { env, cwd: folder, ...user })
  // Without fsync it forgets nothing when it is killed, only when the machine is.
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: folder, fsync: 'off', ...settings }
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const command = path.join(binFolder, 'postgres')
  const server = { command, args: ['-D', data, '-p', String(port), ...options], env, folder, ...(user && { user }) }
  let running: ServerProcess | undefined
  let version = ''

  async function end(signal: NodeJS.Signals): Promise<void> {
    await running?.end(signal)
    running = undefined
  }

  return {
    url,
    port,
    folder,
    get version() {
      return version
    },
    get pid() {
      return running?.pid
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGINT'),
    async start() {
      const console = path.join(folder, 'console.log')
      const deadline = performance.now() + startTimeoutMs
      // After a kill its children take a moment to notice, and until then it does not start again.
      const mayTryAgain = version !== ''
      for (;;) {
        running = await startServerProcess({ ...server, console })
        const answered = await ready(url, running, deadline)
        if (answered !== undefined) return void (version = answered)
        if (mayTryAgain && performance.now() < deadline) continue
        throw new Error(`the private PostgreSQL did not start; its output:\n${await readFile(console, 'utf8')}`)
      }
    },
    async remove() {
      await end('SIGKILL')
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Resolves with the version when it takes connections, with `undefined` when it has ended or time is over. */
async function ready(url: string, server: ServerProcess, deadline: number): Promise<string | undefined> {
  while (server.running && performance.now() < deadline) {
    const version = await postgresVersion(url).catch(() => undefined)
    if (version !== undefined) return version
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return undefined
}

/** The server refuses to run as root. */
export function ordinaryUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (flag: string): number => {
    const known = ['postgres', 'nobody'].map((name) => idIfKnown(flag, name))
    return known.find((id) => id !== undefined) ?? 65_534
  }
  return { uid: idOf('-u'), gid: idOf('-g') }
}

function idIfKnown(flag: string, name: string): number | undefined {
  try {
    return Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    return undefined
  }
}
