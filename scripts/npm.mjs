// Plain JavaScript: bootstrap.mjs needs it on a Node.js that runs no TypeScript.
import { runChild } from './run-child.mjs'

/**
 * Runs the npm that started this process, else the one in PATH.
 *
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function runNpm(args, options) {
  const { npm_execpath: script } = process.env
  if (script?.endsWith('.js')) return runChild(process.execPath, [script, ...args], options)
  // On Windows npm is a .cmd file, which only a shell runs.
  return runChild('npm', args, { ...options, shell: process.platform === 'win32' })
}
