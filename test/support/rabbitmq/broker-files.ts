import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Everything that one private broker keeps on disk, in a folder of its own. */
export interface BrokerFiles {
  folder: string
  home: string
  data: string
  logs: string
  config: string
  advancedConfig: string
  enabledPlugins: string
  /** What the server prints before its log is open. */
  console: string
}

// One for all brokers of this process, so that they can form a cluster.
const cookie = randomBytes(16).toString('hex')

export async function createBrokerFiles(
  configLines: readonly string[],
  plugins: readonly string[],
): Promise<BrokerFiles> {
  const folder = await mkdtemp(path.join(tmpdir(), 'eventbus-rabbitmq-'))
  const files: BrokerFiles = {
    folder,
    home: path.join(folder, 'home'),
    data: path.join(folder, 'data'),
    logs: path.join(folder, 'logs'),
    config: path.join(folder, 'rabbitmq.conf'),
    advancedConfig: path.join(folder, 'advanced.config'),
    enabledPlugins: path.join(folder, 'enabled_plugins'),
    console: path.join(folder, 'console.log'),
  }
  await Promise.all([files.home, files.data, files.logs].map((directory) => mkdir(directory)))
  await writeFile(path.join(files.home, '.erlang.cookie'), cookie, { mode: 0o400 })
  await writeFile(files.config, configLines.map((line) => `${line}\n`).join(''))
  await writeFile(files.advancedConfig, '[].\n')
  await writeFile(files.enabledPlugins, `[${plugins.join(',')}].\n`)
  return files
}

const tailLines = 100

/** The last lines of the console output and of every log file. */
export async function logTail(files: BrokerFiles): Promise<string> {
  const logs = (await readdir(files.logs)).map((name) => path.join(files.logs, name))
  const texts = await Promise.all([files.console, ...logs].map((file) => readFile(file, 'utf8').catch(() => '')))
  return texts.join('\n').trimEnd().split('\n').slice(-tailLines).join('\n')
}
