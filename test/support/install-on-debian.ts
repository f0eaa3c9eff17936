import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Installs a server where that takes nobody's consent: as root on a Debian. Resolves with whether it did. */
export async function installOnDebian(packageName: string): Promise<boolean> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  console.log(`A server is missing: apt-get install ${packageName}`)
  // In runlevel 1 the package does not start its service: the tests start a private server.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  try {
    await run('apt-get', ['update', '-q'], { env })
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', packageName], {
      env,
      maxBuffer: 2 ** 26,
    })
    return true
  } catch (error) {
    // The package's scripts may fail to start its service in a container; what counts is whether the server is there.
    console.log(`apt-get: ${error instanceof Error ? error.message : String(error)}`)
    return true
  }
}
