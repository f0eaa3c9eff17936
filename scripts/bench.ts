import { pathToFileURL } from 'node:url'
import { installWhatIsMissing } from './install.mjs'
import { runChild } from './run-child.mjs'
import { root } from './tools.ts'

// npm run bench -- <options>: the bench, with the other clients that it measures, which have a lock file of their own.

await installWhatIsMissing(`${root}/bench`, 'the other clients, for the bench')
// How long the package takes to import is measured on what is published.
const build = await runChild(process.execPath, [`${root}/scripts/build.ts`], {
  cwd: root,
  stdio: ['ignore', process.stderr.fd, 'inherit'],
})
if (build.code !== 0) process.exit(1)
await import(pathToFileURL(`${root}/bench/main.ts`).href)
