import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { freePorts } from '../free-ports.ts'
import { type ServerProcess, startServerProcess } from '../server-process.ts'
import { createBrokerFiles, logTail, type BrokerFiles } from './broker-files.ts'
import { startEpmd, type Epmd } from './epmd.ts'
import { brokerVersion } from './handshake.ts'
import { rabbitmqBinFolder } from './server-binaries.ts'

export interface BrokerOptions {
  /** The node's name before `@localhost`; default a random one. Members of a cluster name each other. */
  name?: string
  /** Lines for rabbitmq.conf. */
  config?: readonly string[]
  /** Names of plugins to enable, e.g. `rabbitmq_management`. */
  plugins?: readonly string[]
  /** The port mapper to use, for members of one cluster; default one of its own. */
  epmd?: Epmd
  /** How long a start may take; default 90,000. */
  startTimeoutMs?: number
}

/** A RabbitMQ of this process alone: own node name, ports, epmd and files, on 127.0.0.1 only. */
export interface PrivateBroker {
  readonly url: string
  readonly port: number
  readonly nodeName: string
  readonly version: string
  /** With everything that it keeps on disk. */
  readonly folder: string
  /** The pid of the Erlang machine while it runs. */
  readonly pid: number | undefined
  /** Runs `rabbitmqctl` against this broker and resolves with what it printed. */
  ctl(...args: string[]): Promise<string>
  /** `kill -9`. Data stays. */
  kill(): Promise<void>
  /** Orderly shutdown. Data stays. */
  stop(): Promise<void>
  /** Starts it again on the same ports and data, and resolves when it takes connections. */
  start(): Promise<void>
  /** Kills what runs and removes all files. */
  remove(): Promise<void>
}

const run = promisify(execFile)

export async function startBroker(options: BrokerOptions = {}): Promise<PrivateBroker> {
  const binFolder = rabbitmqBinFolder()
  if (binFolder === undefined) throw new Error('no rabbitmq-server is installed on this machine')
  const broker = await createBroker(binFolder, options)
  try {
    await broker.start()
  } catch (error) {
    await broker.remove()
    throw error
  }
  return broker
}

async function createBroker(binFolder: string, options: BrokerOptions): Promise<PrivateBroker> {
  const [port = 0, distributionPort = 0] = await freePorts(2)
  const nodeName = `${options.name ?? `eventbus-${port}`}@localhost`
  const url = `amqp://guest:guest@127.0.0.1:${port}`
  const files = await createBrokerFiles(options.config ?? [], options.plugins ?? [])
  const epmd = options.epmd ?? (await startEpmd())
  const env = brokerEnvironment(files, { nodeName, port, distributionPort, epmdPort: epmd.port })
  let process: ServerProcess | undefined
  let version = ''

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await process?.end(signal)
    process = undefined
  }

  return {
    url,
    port,
    nodeName,
    folder: files.folder,
    get version() {
      return version
    },
    get pid() {
      return process?.pid
    },
    async ctl(...args) {
      const { stdout } = await run(path.join(binFolder, 'rabbitmqctl'), args, { env, cwd: files.folder })
      return stdout
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async start() {
      process ??= await startServerProcess({ command: path.join(binFolder, 'rabbitmq-server'), env, ...files })
      version = await ready(url, process, files, options.startTimeoutMs ?? 90_000)
    },
    async remove() {
      await end('SIGKILL')
      if (options.epmd === undefined) await epmd.stop()
      await rm(files.folder, { recursive: true, force: true })
    },
  }
}

interface BrokerAddress {
  nodeName: string
  port: number
  distributionPort: number
  epmdPort: number
}

/** Nothing of this process's own environment but PATH: a RABBITMQ_* variable there would point to another broker. */
function brokerEnvironment(files: BrokerFiles, address: BrokerAddress): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: files.home,
    RABBITMQ_NODENAME: address.nodeName,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(address.port),
    RABBITMQ_DIST_PORT: String(address.distributionPort),
    RABBITMQ_MNESIA_BASE: files.data,
    RABBITMQ_LOG_BASE: files.logs,
    RABBITMQ_CONFIG_FILE: files.config,
    RABBITMQ_ADVANCED_CONFIG_FILE: files.advancedConfig,
    RABBITMQ_ENABLED_PLUGINS_FILE: files.enabledPlugins,
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    // The busy waits halve the time of a start, which loads hundreds of modules through another thread each.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +sbwt short +sbwtdio short',
    ERL_EPMD_PORT: String(address.epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    // Makes rabbitmq-server become the Erlang machine instead of a shell around it: the child's pid is the broker's.
    detached: '1',
  }
}

/** Resolves with the broker's version when it takes connections. */
async function ready(url: string, broker: ServerProcess, files: BrokerFiles, timeoutMs: number): Promise<string> {
  const deadline = performance.now() + timeoutMs
  while (broker.running && performance.now() < deadline) {
    const version = await brokerVersion(url).catch(() => undefined)
    if (version !== undefined) return version
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const outcome = broker.running ? `did not answer within ${timeoutMs} ms` : 'ended while starting'
  throw new Error(`the private RabbitMQ ${outcome}; the end of its log:\n${await logTail(files)}`)
}
