import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import type { EventStore } from '../core/event-store.ts'
import type { Arguments, OptionSpec } from './arguments.ts'
import { Failure, UsageError } from './failure.ts'

/** Where an event store is. */
export type StorePlace = SqlitePlace | PostgresPlace

interface SqlitePlace {
  readonly kind: 'sqlite'
  readonly file: string
}

interface PostgresPlace {
  readonly kind: 'postgres'
  readonly url: string
  readonly schema: string | undefined
}

export const storeForms: string = 'a SQLite file, or postgres://user:password@host:port/database?schema=name'

export const storeOption: OptionSpec = {
  value: 'PLACE',
  env: 'EVENTBUS_STORE',
  help: `the event store: ${storeForms}`,
}

/** `undefined` where none is named, or `none`. The value is not shown: it may hold a password. */
export function readStorePlace(args: Arguments<'store'>): StorePlace | undefined {
  const text = args.text('store')
  if (text === undefined || text === 'none') return undefined
  if (/^postgres(ql)?:/i.test(text)) return readPostgresPlace(text, args.label('store'))
  if (/^[a-z]{2,}:/i.test(text)) throw new UsageError(`${args.label('store')} must be ${storeForms}, or none`)
  return { kind: 'sqlite', file: text }
}

function readPostgresPlace(text: string, label: string): PostgresPlace {
  if (!URL.canParse(text)) throw new UsageError(`${label} must be ${storeForms}, special characters percent-encoded`)
  const url = new URL(text)
  const schema = url.searchParams.get('schema') ?? undefined
  url.searchParams.delete('schema')
  return { kind: 'postgres', url: url.href, schema }
}

/** For people, without secrets. */
export function describePlace(place: StorePlace): string {
  if (place.kind === 'sqlite') return place.file
  const { host, pathname } = new URL(place.url)
  return `postgres://${host}${pathname}, schema ${place.schema ?? 'event_bus'}`
}

/** The store at a place, made where there is none; the folder of a file, too. */
export async function openStore(place: StorePlace): Promise<EventStore> {
  if (place.kind === 'sqlite') makeFolderOf(place.file)
  return open(place)
}

/** The store at a place. A file must be there: who wants to look at one does not want a new one. */
export async function openExistingStore(place: StorePlace): Promise<EventStore> {
  if (place.kind === 'sqlite' && !existsSync(place.file)) {
    throw new Failure('STORE_MISSING', `There is no event store '${place.file}'`)
  }
  return open(place)
}

/** Loaded when it is wanted: the other commands need no SQLite in Node.js and no `pg`. */
async function open(place: StorePlace): Promise<EventStore> {
  if (place.kind === 'sqlite') {
    const { sqliteStore } = await import('../store/sqlite/index.ts')
    return sqliteStore({ file: place.file })
  }
  const { postgresStore } = await import('../store/postgres/index.ts')
  return postgresStore({ url: place.url, schema: place.schema })
}

function makeFolderOf(file: string): void {
  try {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true })
  } catch (cause) {
    const message = `Cannot make the folder of '${file}': ${(cause as Error).message}`
    throw new Failure('STORE_UNAVAILABLE', message, { cause })
  }
}
