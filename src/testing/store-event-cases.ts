import type { BusEvent } from '../core/event.ts'
import { same } from './expect.ts'
import { storeCases, type StoreCase } from './store-case.ts'
import type { StoreScene } from './store-scene.ts'
import { readAll } from './store-scene.ts'

export const storeEventCases: readonly StoreCase[] = storeCases('stored events', {
  async 'every attribute of an event is read as it was appended'(scene) {
    await readsBack(scene, {
      time: '1969-07-20T20:17:40.123456+01:00',
      subject: 'apps/17',
      correlationId: 'conversation-1',
      causationId: 'cause-1',
      dataVersion: '2',
      extensions: { tenant: 'acme', priority: 3, urgent: true, traceparent: '00-0af7651916cd43dd-b7-01' },
    })
  },

  async 'data can be any JSON value, or missing'(scene) {
    const values = [undefined, null, false, 0, '', [], {}, 'text', -1.5e-7, { nested: [{ deep: null }] }]
    await readsBack(scene, ...values.map((data) => ({ data })))
  },

  async 'text can hold any character'(scene) {
    const text = 'größe 日本語 😀 "\\ \' % _ \u0000 \u2028'
    await readsBack(scene, {
      id: `id ${text}`,
      type: 'größe.日本語.😀 x',
      source: `source ${text}`,
      subject: `subject ${text}`,
      correlationId: `correlation ${text}`,
      causationId: `cause ${text}`,
      extensions: { note: text },
      data: { [text]: text },
    })
  },

  async 'text that differs a little is not the same to a query'(scene) {
    const store = scene.store()
    const subjects = ['a\u0000', 'a', 'A', 'a ', 'ä', 'a\u0308', 'a\\u0000', 'a%', 'a_']
    await store.append(subjects.map((subject) => scene.event({ subject })))
    for (const subject of subjects) {
      const found = await readAll(store, { subject })
      same(
        `subjects found for ${JSON.stringify(subject)}`,
        found.map(({ event }) => event.subject),
        [subject],
      )
    }
  },

  async 'a subject can be long, and data of 1 MiB is read intact'(scene) {
    const text = Array.from({ length: 65_536 }, (_, index) => index.toString(16).padStart(16, '.')).join('')
    const subject = text.slice(0, 5_000)
    const store = scene.store()
    await store.append([scene.event({ subject, data: { text } }), scene.event({ subject: text.slice(0, 4_999) })])
    const found = await readAll(store, { subject })
    same('events', found.length, 1)
    same('whether it is the same text', (found[0]?.event.data as { text: string } | undefined)?.text === text, true)
  },

  async 'an event tells when it was recorded'(scene) {
    const store = scene.store()
    await store.append([scene.event()])
    const recordedAt = (await readAll(store))[0]?.recordedAt ?? ''
    same('form of the time', new Date(recordedAt).toISOString(), recordedAt)
    same('whether it was just now', Math.abs(Date.now() - Date.parse(recordedAt)) < 60_000, true)
  },

  async 'what one reader does to an event, no other one sees'(scene) {
    const store = scene.store()
    await store.append([scene.event({ data: { state: 'installed' } })])
    for (const { event } of await readAll(store)) {
      const data = event.data as { state: string }
      try {
        data.state = 'changed'
      } catch {
        // A frozen object says no in strict code.
      }
    }
    same('data', (await readAll(store))[0]?.event.data, { state: 'installed' })
  },
})

/** The events come back as they went in, from another store on the same database, by id too. */
async function readsBack(scene: StoreScene, ...parts: readonly Partial<BusEvent>[]): Promise<void> {
  const events = parts.map((one) => scene.event(one))
  await scene.store().append(events)
  const store = scene.store()
  const read = await readAll(store)
  for (const [index, event] of events.entries()) {
    same('event', read[index]?.event, JSON.parse(JSON.stringify(event)))
    const byQuery = await readAll(store, {
      id: event.id,
      source: event.source,
      pattern: event.type,
      ...(event.subject !== undefined && { subject: event.subject }),
      ...(event.correlationId !== undefined && { correlationId: event.correlationId }),
      ...(event.causationId !== undefined && { causationId: event.causationId }),
    })
    same('event that is found by what it is', byQuery, [read[index]])
  }
}
