#!/usr/bin/env node
// Imports nothing before the check: on an older Node.js it would be a syntax error or a missing function that speaks.
export {}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 18)) {
  // Whoever read the output has gone; the command that minds (tail) listens, too.
  const ignoreBrokenPipe = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error
  }
  process.stdout.on('error', ignoreBrokenPipe)
  process.stderr.on('error', ignoreBrokenPipe)
  const { main } = await import('./main.ts')
  process.exitCode = await main(process.argv.slice(2))
} else {
  const found = `this is ${process.versions.node} (${process.execPath})`
  process.stderr.write(`event-bus: needs Node.js 22.18 or later, ${found}. Get it from https://nodejs.org\n`)
  process.exitCode = 1
}
