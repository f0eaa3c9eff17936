import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { runChild } from '../../scripts/run-child.mjs'
import { assertBuilt } from './servers.ts'

const folder = fileURLToPath(new URL('../../examples/app-lifecycle/', import.meta.url))

beforeAll(assertBuilt)

test("an app's lifecycle is rebuilt from its events, as its README shows", async () => {
  const shown = /```text\n(.*?)```/s.exec(readFileSync(`${folder}README.md`, 'utf8'))?.[1]
  const { code, output } = await runChild(process.execPath, [`${folder}src/main.ts`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  expect(output).toBe(shown)
  expect(code).toBe(0)
})
