import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import type { EventStore } from '../core/event-store.ts'
import type { Arguments, OptionSpec } from './arguments.ts'
import { Failure, UsageError } from './failure.ts'

/** Where an event store is. */
export interface StorePlace {
  readonly file: string
}

export const storeOption: OptionSpec = {
  value: 'FILE',
  env: 'EVENTBUS_STORE',
  help: 'the event store, a SQLite file',
}

/** `undefined` where none is named, or `none`. */
export function readStorePlace(args: Arguments<'store'>): StorePlace | undefined {
  const text = args.text('store')
  if (text === undefined || text === 'none') return undefined
  if (/^[a-z]{2,}:/i.test(text))
    throw new UsageError(`${args.label('store')} must be the path of a SQLite file, or none`)
  return { file: text }
}

/** For people. */
export function describePlace({ file }: StorePlace): string {
  return file
}

/** The store at a place, made where there is none; its folder, too. */
export async function openStore({ file }: StorePlace): Promise<EventStore> {
  try {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true })
  } catch (cause) {
    throw new Failure('STORE_UNAVAILABLE', `Cannot make the folder of '${file}': ${(cause as Error).message}`, {
      cause,
    })
  }
  return openSqlite(file)
}

/** The store at a place, which must be there: who wants to look at one does not want a new one. */
export async function openExistingStore({ file }: StorePlace): Promise<EventStore> {
  if (!existsSync(file)) throw new Failure('STORE_MISSING', `There is no event store '${file}'`)
  return openSqlite(file)
}

/** Loaded when it is wanted: on a Node.js that was built without SQLite the other commands work. */
async function openSqlite(file: string): Promise<EventStore> {
  const { sqliteStore } = await import('../store/sqlite/index.ts')
  return sqliteStore({ file })
}
