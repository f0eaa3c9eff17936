import * as v from 'valibot'
import { z } from 'zod'
import { defineEvent, type } from '../../src/catalog/index.ts'
import { expectEqual } from './expect-equal.ts'

// Whatever JSON carries as it is.
interface Tree {
  name: string
  children?: Tree[]
}
interface Settings {
  readonly id: string
  note?: string | undefined
  kind: 'a' | 'b'
  count: number | null
  nested: { list: readonly { ok: boolean }[]; pair: [string, number] }
  labels: Record<string, string>
}
declare const brand: unique symbol
defineEvent('a', type<Tree>())
defineEvent('a', type<Settings>())
defineEvent('a', type<string>())
defineEvent('a', type<null>())
defineEvent('a', type<Settings[]>())
defineEvent('a', type<Settings | Tree>())
defineEvent('a', type<unknown>())
defineEvent('a', type<{ anything: any; something: unknown }>())
defineEvent('a', type<{ id: string & { [brand]: true }; level: 1 | 2 }>())
defineEvent('a', z.json())
defineEvent('a', z.object({ id: z.string().brand('Id'), at: z.iso.datetime(), more: z.unknown() }))
defineEvent('a', v.object({ id: v.string(), note: v.optional(v.string()), tags: v.array(v.string()) }))

// A Date that the schema takes and turns into text is fine: what travels is the output.
const at = defineEvent('a', z.object({ at: z.date().transform((date) => date.toISOString()) }))
expectEqual<Parameters<typeof at>[0], { at: Date }>()

// What JSON changes or refuses.
// @ts-expect-error a Date among what is JSON
defineEvent('a', type<[string, { at: Date }]>())
// @ts-expect-error a Date
defineEvent('a', type<Date>())
// @ts-expect-error a Date in a field
defineEvent('a', z.object({ id: z.string(), at: z.date() }))
// @ts-expect-error a Date that may be left out
defineEvent('a', type<{ at?: Date }>())
// @ts-expect-error a Date in a union
defineEvent('a', type<{ at: string | Date }>())
// @ts-expect-error a Date far down
defineEvent('a', type<{ list: { deep: { at: Date }[] } }>())
// @ts-expect-error a Date under any key
defineEvent('a', type<Record<string, Date>>())
// @ts-expect-error a Date that a coercing schema makes
defineEvent('a', z.object({ at: z.coerce.date() }))
// @ts-expect-error a Date of valibot
defineEvent('a', v.object({ at: v.date() }))
// @ts-expect-error a Map
defineEvent('a', type<{ byId: Map<string, string> }>())
// @ts-expect-error a Set
defineEvent('a', type<{ ids: Set<string> }>())
// @ts-expect-error a bigint
defineEvent('a', type<{ amount: bigint }>())
// @ts-expect-error a symbol
defineEvent('a', type<{ key: symbol }>())
// @ts-expect-error a function
defineEvent('a', type<{ call: () => void }>())
// @ts-expect-error a method that may be left out
defineEvent('a', type<{ call?(): void }>())
// @ts-expect-error bytes
defineEvent('a', type<{ bytes: Uint8Array }>())
// @ts-expect-error an array of them
defineEvent('a', type<Date[]>())
