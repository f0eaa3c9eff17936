import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { resolveBusOptions, resolvePublishOptions, resolveSubscribeOptions } from '../../src/core/options.ts'
import { resolveRetryOptions } from '../../src/core/retry.ts'
import { createEventBus, createSyncedCache } from '../../src/index.ts'
import { traceEvents } from '../../src/opentelemetry/index.ts'
import { rabbitmq } from '../../src/rabbitmq/index.ts'

const root = path.resolve(import.meta.dirname, '../..')
const bus = createEventBus({ source: 'docs' })

/** What is called with an option that nobody knows: the error names those that there are. */
type Call = (options: never) => unknown

/** The names in the first column of the first table behind a heading. */
function documented(file: string, heading: string): string[] {
  const text = readFileSync(path.join(root, 'docs', file), 'utf8')
  const [, section = ''] = text.split(`\n## ${heading}\n`)
  const [table = ''] = /^\|.*?(?=\n\n)/ms.exec(section) ?? []
  const [, , ...rows] = table.split('\n').map((row) => row.split('|')[1] ?? '')
  const names = rows.flatMap((cell) => Array.from(cell.matchAll(/`(\w+)/g), ([, name = '']) => name))
  return Array.from(new Set(names))
}

function known(call: Call): string[] {
  try {
    call({ nobodyKnows: 1 } as never)
  } catch (error) {
    return /allowed: one of (.*)/.exec((error as Error).message)?.[1]?.split(', ') ?? []
  }
  return []
}

test.each<[string, string, Call, string[]]>([
  ['reference.md', 'Options of `createEventBus`', (options) => resolveBusOptions(options, undefined), ['events']],
  ['reference.md', 'Options of `bus.publish`', resolvePublishOptions, []],
  ['reference.md', 'Options of `bus.subscribe`', resolveSubscribeOptions, []],
  ['handlers.md', 'When a handler fails', resolveRetryOptions, []],
  ['rabbitmq.md', 'Options of `rabbitmq()`', rabbitmq, []],
  ['synced-cache.md', 'Options', createSyncedCache, []],
])('%s, %s: has the options that there are', (file, heading, call, others) => {
  expect(known(call).length).toBeGreaterThan(0)
  expect(documented(file, heading).sort()).toEqual([...known(call), ...others].sort())
})

test('tracing.md has the options that there are', () => {
  const options = known((given) => traceEvents(bus, given))
  const text = readFileSync(path.join(root, 'docs/tracing.md'), 'utf8')
  expect(options.length).toBeGreaterThan(0)
  expect(options.filter((name) => !text.includes(`\n| \`${name}\` |`))).toEqual([])
})

test('reference.md has what a bus has', () => {
  const has = documented('reference.md', 'The bus')
  const members = Object.getOwnPropertyNames(Object.getPrototypeOf(bus)).filter((name) => name !== 'constructor')
  expect([...has, 'publish', 'subscribe'].sort()).toEqual([...members, 'deadLetters', 'ready'].sort())
})
