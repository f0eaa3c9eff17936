// node scripts/bootstrap.mjs <script> [arguments]
// Installs what is missing and runs the script on the pinned Node.js. Needs nothing but a Node.js from 18 on.
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { installWhatIsMissing } from './install.mjs'
import { becomeChild } from './run-child.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const binFolder = path.join(root, 'node_modules', '.bin')
const oldestNode = [22, 18]

const [script, ...args] = process.argv.slice(2)
if (script === undefined) fail('usage: node scripts/bootstrap.mjs <script> [arguments]')

process.chdir(root)
await installWhatIsMissing(root, 'the dependencies of package-lock.json')
await run(path.resolve(root, script), args)

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

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message)
  process.exit(1)
}
