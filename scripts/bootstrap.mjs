// node scripts/bootstrap.mjs <script> [arguments]
// Installs what is missing and runs the script on the pinned Node.js. Needs nothing but a Node.js from 18 on.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { runNpm } from './npm.mjs'
import { becomeChild } from './run-child.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const binFolder = path.join(root, 'node_modules', '.bin')
const stampFile = path.join(root, 'node_modules', '.installed-lock-hash')
const oldestNode = [22, 18]

const [script, ...args] = process.argv.slice(2)
if (script === undefined) fail('usage: node scripts/bootstrap.mjs <script> [arguments]')

process.chdir(root)
await installWhatIsMissing()
await run(path.resolve(root, script), args)

async function installWhatIsMissing() {
  const lockHash = hashOf(path.join(root, 'package-lock.json'))
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash) return
  console.log('Installing the dependencies of package-lock.json: npm ci')
  await npmCi()
  writeFileSync(stampFile, lockHash)
}

/** Silent unless it fails: on an old Node.js npm warns about engines, and this script sees to the right one. */
async function npmCi() {
  const { code } = await runNpm(['ci', '--ignore-scripts', '--loglevel=error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (code !== 0) fail(`npm ci failed (exit code ${code}): the dependencies are not installed`)
}

/**
 * @param {string} file
 * @param {string[]} fileArgs
 */
async function run(file, fileArgs) {
  const node = pinnedNode() ?? ownNode()
  process.env['PATH'] = binFolder + path.delimiter + process.env['PATH']
  if (realpathSync(node) !== realpathSync(process.execPath)) await becomeChild(node, [file, ...fileArgs])
  process.argv.splice(1, process.argv.length, file, ...fileArgs)
  await import(pathToFileURL(file).href)
}

/** The Node.js that tools/node pins for this platform, if there is one. */
function pinnedNode() {
  const manifest = path.join(root, 'tools', 'node', 'package.json')
  const names = Object.keys(JSON.parse(readFileSync(manifest, 'utf8')).optionalDependencies)
  const require = createRequire(manifest)
  return names.map((name) => installedExecutable(require, name)).find((executable) => executable !== undefined)
}

/**
 * @param {NodeJS.Require} require
 * @param {string} name
 */
function installedExecutable(require, name) {
  try {
    const manifest = require.resolve(`${name}/package.json`)
    const executable = path.join(path.dirname(manifest), require(manifest).bin.node)
    return existsSync(executable) ? executable : undefined
  } catch {
    return undefined
  }
}

function ownNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return process.execPath
  return fail(
    `Node.js ${oldestNode.join('.')} or later is needed (this is ${process.versions.node}), ` +
      `and none comes from npm for ${process.platform}-${process.arch}: install it and run this again`,
  )
}

/** @param {string} file */
function hashOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message)
  process.exit(1)
}
