import { readFileSync, writeFileSync } from 'node:fs'
import { missingOptionalPackages, type LockFile } from './lock-file.ts'
import { root } from './tools.ts'

// npm leaves out of the lock file the platform packages that the registry in use does not serve, and then `npm ci`
// refuses that lock file everywhere. This puts them in, after an `npm install` that changed dependencies.

const file = `${root}/package-lock.json`
const lock = JSON.parse(readFileSync(file, 'utf8')) as LockFile
const missing = missingOptionalPackages(lock)
const packages = Object.entries({ ...lock.packages, ...missing }).sort(([one], [other]) => (one < other ? -1 : 1))
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`)
console.log(`${Object.keys(missing).length} platform packages added to package-lock.json`)
