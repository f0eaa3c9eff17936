import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { asProcesses } from './demo/as-processes.ts'
import type { Fleet, Member } from './demo/fleet.ts'
import { inOneProcess } from './demo/in-one-process.ts'
import { walk } from './demo/walk.ts'

// Starts three servers, walks through what they do for each other, and ends: with exit code 0 if all of them agreed.
const { EVENTBUS_AMQP_URL: url, EVENTBUS_EXCHANGE: exchange = 'app-servers.demo' } = process.env
const limitMs = 60_000

const dataDir = mkdtempSync(path.join(tmpdir(), 'app-servers-'))
process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }))
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1))
setTimeout(() => giveUp(new Error(`not done within ${limitMs} ms`)), limitMs).unref()

const fleet = url ? asProcesses(dataDir, exchange) : inOneProcess(dataDir)
try {
  await run(fleet)
} catch (error) {
  giveUp(error)
}

async function run(fleet: Fleet): Promise<void> {
  const start = performance.now()
  const members = await Promise.all(['server-1', 'server-2', 'server-3'].map((name) => fleet.start(name)))
  console.log(`Three servers: ${fleet.place}`)
  await walk(fleet, members, (line) => console.log(`✓ ${line}`))
  await stopAll(members)
  console.log(`✓ all three stopped in order (${((performance.now() - start) / 1000).toFixed(1)} s)`)
}

async function stopAll(members: readonly Member[]): Promise<void> {
  await Promise.all(members.map((member) => member.stop()))
}

/** Servers that are processes are ended as this one exits. */
function giveUp(error: unknown): never {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
