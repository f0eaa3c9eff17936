import { execFile, spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { folderOf } from './executables.ts'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../..')
/** Goes with the dependencies. */
const cache = path.join(root, 'node_modules/.cache/promtool')

export interface PromtoolAnswer {
  readonly code: number | null
  /** All that it printed. */
  readonly output: string
}

/** Prometheus's own tool, which knows what Prometheus takes. */
export class Promtool {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  /** Runs it at the root of the repository. */
  async run(args: readonly string[], input = ''): Promise<PromtoolAnswer> {
    const child = spawn(this.#file, args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] })
    const ended = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject))
    child.stdin.on('error', () => {}).end(input)
    const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
    return { code, output: stdout + stderr }
  }
}

/** The one that `EVENTBUS_TEST_PROMTOOL` names; else one in PATH; else, as root on Debian, that of its package, unpacked. */
export async function findPromtool(): Promise<Promtool> {
  const named = process.env['EVENTBUS_TEST_PROMTOOL']
  if (named) return new Promtool(named)
  const folder = folderOf('promtool', [], ['/opt/homebrew/bin', cache]) ?? (await unpackOnDebian())
  if (folder) return new Promtool(path.join(folder, 'promtool'))
  throw new Error(
    'promtool is missing, which checks the metrics: install Prometheus, or name the file by EVENTBUS_TEST_PROMTOOL',
  )
}

/** Only unpacked: nothing is installed, and no server started. */
async function unpackOnDebian(): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined
  mkdirSync(path.dirname(cache), { recursive: true })
  const folder = mkdtempSync(`${cache}-`)
  try {
    await download(folder)
    const [file = ''] = readdirSync(folder)
    await run('dpkg', ['-x', path.join(folder, file), path.join(folder, 'package')])
    mkdirSync(cache, { recursive: true })
    renameSync(path.join(folder, 'package/usr/bin/promtool'), path.join(cache, 'promtool'))
    return cache
  } catch (error) {
    console.log(`No promtool from apt-get: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function download(cwd: string): Promise<void> {
  const get = (): Promise<unknown> => run('apt-get', ['download', '-q', 'prometheus'], { cwd })
  await get().catch(async () => {
    await run('apt-get', ['update', '-q'])
    await get()
  })
}
