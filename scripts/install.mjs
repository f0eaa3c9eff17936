// Plain JavaScript: bootstrap.mjs needs it on a Node.js that runs no TypeScript.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runNpm } from './npm.mjs'

/**
 * Installs the lock file of a folder, if it is not the one that was installed last. Ends the process if that fails.
 *
 * @param {string} folder
 * @param {string} what the folder's dependencies, for people
 */
export async function installWhatIsMissing(folder, what) {
  const lockHash = hashOf(path.join(folder, 'package-lock.json'))
  const stampFile = path.join(folder, 'node_modules', '.installed-lock-hash')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash) return
  console.error(`Installing ${what}: npm ci`)
  await npmCi(folder, what)
  writeFileSync(stampFile, lockHash)
}

/**
 * Silent unless it fails: on an old Node.js npm warns about engines, and bootstrap.mjs sees to the right one.
 *
 * @param {string} folder
 * @param {string} what
 */
async function npmCi(folder, what) {
  const { code } = await runNpm(['ci', '--ignore-scripts', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (code === 0) return
  console.error(`npm ci failed (exit code ${code}): ${what} cannot be installed`)
  process.exit(1)
}

/** @param {string} file */
function hashOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
