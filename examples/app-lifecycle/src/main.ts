import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { EventStore } from '@appserver/event-bus'
import { sqliteStore } from '@appserver/event-bus/sqlite'
import { Apps } from './apps.ts'
import { install, register, uninstall, withdraw } from './decisions.ts'

// The life of an app, decided on by two servers that share one store, and rebuilt by a third that was not there.
const folder = mkdtempSync(path.join(tmpdir(), 'app-lifecycle-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const file = path.join(folder, 'events.db')

const stores = [sqliteStore({ file }), sqliteStore({ file })]
const [first, second] = stores.map((store, index) => new Apps(store, `server-${index + 1}`)) as [Apps, Apps]

await first.decide('crm', register('crm', '1.0.0'))
await show('registered', first)

// Both read that it is not installed. One of them is faster; the other decides anew, and finds it installed.
const installing = await Promise.allSettled([first.decide('crm', install('crm')), second.decide('crm', install('crm'))])
const refusals = installing.filter((outcome) => outcome.status === 'rejected')
console.log(`installed by two at once: ${refusals.map(({ reason }) => (reason as Error).message).join()}`)
await show('installed', second)

await second.decide('crm', register('crm', '2.0.0'))
await first.decide('crm', uninstall('crm'))
await first.decide('crm', install('crm'))
await second.decide('crm', withdraw('crm'))
await Promise.all(stores.map((store) => store.close()))

const later = sqliteStore({ file })
await show('rebuilt after a restart', new Apps(later, 'server-3'))
console.log(`from ${(await typesOf(later)).join(', ')}`)
await later.close()

async function show(when: string, apps: Apps): Promise<void> {
  const { phase, version, installations } = await apps.state('crm')
  console.log(`${when}: crm ${version} is ${phase}, ${installations} installations`)
}

async function typesOf(store: EventStore): Promise<string[]> {
  const types: string[] = []
  for await (const { event } of store.stream('crm')) types.push(event.type)
  return types
}
