import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runNpm } from './npm.mjs'
import { runChild } from './run-child.mjs'
import { root, tool } from './tools.ts'

// Packs the package and uses it as others will: from the tarball, in an empty project, without its optional peers.

interface Manifest {
  name: string
  exports: Record<string, unknown>
  bin: Record<string, string>
  peerDependencies: Record<string, string>
}

/** The subpaths that are made of an optional peer, and load only beside it. */
const foundations: Readonly<Record<string, string>> = { './opentelemetry': '@opentelemetry/api' }

const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as Manifest
const folder = mkdtempSync(path.join(tmpdir(), 'eventbus-package-'))
const project = path.join(folder, 'project')
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const tarball = await pack()
const checks: Array<() => Promise<unknown>> = [
  () => node('publint', [tool('publint'), 'run', tarball, '--strict']),
  () => node('attw', [tool('attw'), tarball, '--profile', 'esm-only', '--no-color', '--no-emoji']),
  () => checkInstalled(),
]
for (const check of checks) await check().catch(report)

function report(error: unknown): void {
  console.log(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

async function pack(): Promise<string> {
  if (!existsSync(`${root}/dist/index.js`)) throw new Error('dist/index.js is missing: build first')
  await npm(root, 'pack', '--pack-destination', folder)
  const [file] = readdirSync(folder)
  return path.join(folder, file ?? '')
}

async function checkInstalled(): Promise<void> {
  mkdirSync(project)
  writeFileSync(path.join(project, 'package.json'), '{ "private": true, "type": "module" }\n')
  await npm(project, 'install', '--prefer-offline', tarball)
  for (const peer of Object.keys(manifest.peerDependencies)) checkAbsent(peer)
  const subpaths = Object.keys(manifest.exports)
  for (const subpath of subpaths)
    await (subpath in foundations ? checkMissing(subpath) : checkImport(subpath)).catch(report)
  for (const command of Object.keys(manifest.bin)) await checkHelp(command).catch(report)
  for (const [subpath, peer] of Object.entries(foundations)) {
    await npm(project, 'install', '--prefer-offline', `${peer}@${manifest.peerDependencies[peer]}`)
    await checkImport(subpath).catch(report)
  }
}

/** Without its peer it says which one that is. */
async function checkMissing(subpath: string): Promise<void> {
  const peer = foundations[subpath] ?? ''
  const isLoaded = await checkImport(subpath).then(
    () => true,
    (error: Error) => {
      if (!error.message.includes(`Cannot find package '${peer}'`)) throw error
      return false
    },
  )
  if (isLoaded) throw new Error(`${subpath} does not need ${peer}`)
}

/** With a peer there the imports would prove nothing about optional ones. */
function checkAbsent(peer: string): void {
  if (existsSync(path.join(project, 'node_modules', peer))) throw new Error(`${peer} was installed with the package`)
}

async function checkImport(subpath: string): Promise<void> {
  const specifier = manifest.name + subpath.slice(1)
  const attributes = specifier.endsWith('.json') ? `, { with: { type: 'json' } }` : ''
  const program = `await import('${specifier}'${attributes})`
  await node(`import of ${specifier}`, ['--input-type=module', '--eval', program])
  // As CommonJS programs do: an `await` at the top of a module would keep them out.
  await node(`require of ${specifier}`, ['--input-type=commonjs', '--eval', `require('${specifier}')`])
}

async function checkHelp(command: string): Promise<void> {
  const script = path.join(project, 'node_modules', manifest.name, manifest.bin[command] ?? '')
  const output = await node(`${command} --help`, [script, '--help'])
  if (!output.includes(command)) throw new Error(`${command} --help does not name ${command}:\n${output}`)
}

async function npm(cwd: string, ...args: string[]): Promise<void> {
  const result = await runNpm([...args, '--ignore-scripts', '--loglevel=error'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (result.code !== 0) throw new Error(`npm ${args[0]} failed:\n${result.output}`)
}

async function node(what: string, args: readonly string[]): Promise<string> {
  const cwd = existsSync(project) ? project : root
  const { code, output } = await runChild(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  if (code !== 0) throw new Error(`${what} failed:\n${output.trimEnd()}`)
  return output
}
