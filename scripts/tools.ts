import { createRequire } from 'node:module'
import path from 'node:path'

export const root: string = path.dirname(import.meta.dirname)

const require = createRequire(import.meta.url)

const packages: Record<string, string> = { tsc: 'typescript', attw: '@arethetypeswrong/cli' }

/** The script behind a development dependency's command, to run by this Node.js on every platform. */
export function tool(command: string): string {
  const manifest = path.join(root, 'node_modules', packages[command] ?? command, 'package.json')
  const { bin } = require(manifest) as { bin: string | Record<string, string> }
  const script = typeof bin === 'string' ? bin : bin[command]
  if (script === undefined) throw new Error(`${manifest} has no command ${command}`)
  return path.join(path.dirname(manifest), script)
}
