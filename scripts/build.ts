import { rmSync } from 'node:fs'
import { becomeChild } from './run-child.mjs'
import { root, tool } from './tools.ts'

// A file that was renamed in src must not live on in the package.
rmSync(`${root}/dist`, { recursive: true, force: true })
await becomeChild(process.execPath, [tool('tsc'), '-p', 'tsconfig.build.json'])
