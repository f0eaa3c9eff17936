// Plain JavaScript: bootstrap.mjs needs it on a Node.js that runs no TypeScript.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * @typedef {object} Ended
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal what ended the child
 * @property {NodeJS.Signals | undefined} interruptedBy what this process was sent meanwhile
 * @property {string} output what the child wrote to its pipes
 */

/** @type {NodeJS.Signals[]} */
const forwardedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a command in this process's place: on its terminal, with its signals, and ends the way the command ended.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<never>}
 */
export async function becomeChild(command, args) {
  const { code, signal } = await spawnChild(command, args, { stdio: 'inherit' })
  // The same signal, so that the shell sees what ended the command.
  if (signal !== null) process.kill(process.pid, signal)
  process.exit(code ?? 1)
}

/**
 * Runs a command to its end. A signal that this process gets meanwhile goes to the command, and ends this process when
 * the command has ended, so that neither outlives the other.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<Ended>}
 */
export async function runChild(command, args, options) {
  const ended = await spawnChild(command, args, options)
  if (ended.interruptedBy !== undefined) process.exit(128 + constants.signals[ended.interruptedBy])
  return ended
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<Ended>}
 */
function spawnChild(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options)
    const forwarding = forwardSignals(child)
    let output = ''
    for (const pipe of [child.stdout, child.stderr]) pipe?.setEncoding('utf8').on('data', (text) => (output += text))
    child.once('error', (error) => {
      forwarding.stop()
      reject(error)
    })
    child.once('close', (code, signal) => resolve({ code, signal, interruptedBy: forwarding.stop(), output }))
  })
}

/** @param {import('node:child_process').ChildProcess} child */
function forwardSignals(child) {
  /** @type {NodeJS.Signals | undefined} */
  let received
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    received = signal
    // A terminal sends Ctrl-C to the whole process group: the child has it already.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of forwardedSignals) process.on(signal, forward)
  return {
    stop() {
      for (const signal of forwardedSignals) process.off(signal, forward)
      return received
    },
  }
}
