import { pathToFileURL } from 'node:url'
import { installWhatIsMissing } from './install.mjs'
import { root } from './tools.ts'

// npm run bench -- <options>: the bench, with the other clients that it measures, which have a lock file of their own.

await installWhatIsMissing(`${root}/bench`, 'the other clients, for the bench')
await import(pathToFileURL(`${root}/bench/main.ts`).href)
