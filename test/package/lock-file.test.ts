import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { missingOptionalPackages, type LockFile } from '../../scripts/lock-file.ts'

const text = readFileSync(path.resolve(import.meta.dirname, '../../package-lock.json'), 'utf8')
const lock = JSON.parse(text) as LockFile

test('the lock file has every platform package, so that npm ci takes it on every platform', () => {
  expect(Object.keys(missingOptionalPackages(lock)), 'run: node scripts/complete-lock.ts').toEqual([])
})

test('the lock file names no registry', () => {
  expect(text).not.toMatch(/"resolved": "[a-z+]+:/)
})

test('no dependency needs an install script', () => {
  const scripted = Object.entries(lock.packages).filter(([, locked]) => locked.hasInstallScript)
  expect(scripted.map(([name]) => name)).toEqual([])
})

test('a lacking platform package is found and described by its name', () => {
  const lacking = { packages: { 'node_modules/a': { optionalDependencies: { '@a/binding-linux-x64-musl': '1.0.0' } } } }
  expect(missingOptionalPackages(lacking)).toEqual({
    'node_modules/@a/binding-linux-x64-musl': {
      version: '1.0.0',
      cpu: ['x64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    },
  })
})
