import { readFileSync } from 'node:fs'

/** package.json is two folders up from src/cli as from dist/cli. */
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

export const version: string = manifest.version
