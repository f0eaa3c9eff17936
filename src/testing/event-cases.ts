import type { BusEvent, EventInput } from '../core/event.ts'
import { type ContractCase, contractCases } from './contract-case.ts'
import { same } from './expect.ts'
import { fail } from './recorder.ts'
import type { Scene } from './scene.ts'

export const eventCases: readonly ContractCase[] = contractCases('events', {
  async 'every attribute of an event arrives as it was published'(scene) {
    const event = await arrived(scene, {
      type: 'order.placed',
      data: { total: 12.5 },
      subject: 'orders/17',
      correlationId: 'conversation-1',
      causationId: 'cause-1',
      dataVersion: '2',
      extensions: {
        tenant: 'acme',
        priority: 3,
        urgent: true,
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7-01',
      },
    })
    same('event', event.received, event.published)
  },

  async 'an event is stamped with an id, a time and the source of its bus'(scene) {
    const { received } = await arrived(scene, { type: 'order.placed', data: {} })
    same('source', received.source, 'contract')
    same('form of the id', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(received.id), true)
    same('age of the event', Math.abs(Date.now() - Date.parse(received.time)) < 60_000, true)
  },

  async "an event's own id, time and source are kept"(scene) {
    const own = { id: 'order-17/placed', time: '1969-07-20T20:17:40.123+01:00', source: 'elsewhere' }
    const { received } = await arrived(scene, { type: 'order.placed', data: {}, ...own })
    same('own attributes', { id: received.id, time: received.time, source: received.source }, own)
  },

  async 'data arrives as JSON has it, in the process that published it, too'(scene) {
    const data = { at: new Date(0), gone: undefined, list: [1, undefined, 'two'], nested: { none: null, far: 1e21 } }
    const { received } = await arrived(scene, { type: 'order.placed', data })
    same('data', received.data, JSON.parse(JSON.stringify(data)))
  },

  async 'changing the published object after `publish` was called changes nothing'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'order.*')
    const data = { state: 'placed', lines: ['one'] }
    const published = bus.publish({ type: 'order.placed', data })
    data.state = 'changed'
    data.lines.push('two')
    await scene.within('publish', published)
    await scene.count(1, recorder)
    same('data', recorder.events[0]?.data, { state: 'placed', lines: ['one'] })
  },

  async 'no handler can change an event for another one'(scene) {
    const [bus, other] = [scene.bus(), scene.bus()]
    const recorders = [
      await scene.listen(bus, 'order.*', { handle: tamper }),
      await scene.listen(bus, '#', { handle: tamper }),
      await scene.listen(other, 'order.*', { handle: tamper }),
    ]
    const data = { state: 'placed', lines: [{ name: 'one' }] }
    await scene.publish(bus, { type: 'order.placed', data })
    await scene.count(3, ...recorders)
    for (const { events } of recorders) same('data', structuredClone(events[0]?.data), data)
  },

  async 'an event of 1 MiB arrives intact'(scene) {
    const text = Array.from({ length: 65_536 }, (_, index) => index.toString(16).padStart(16, '.')).join('')
    const { received } = await arrived(scene, { type: 'order.placed', data: { text } })
    const arrivedText = (received.data as { text: string }).text
    same('length', arrivedText.length, 1_048_576)
    same('whether it is the same text', arrivedText === text, true)
  },

  async 'types, attributes and data can hold any character'(scene) {
    const text = 'größe 日本語 😀 "\\ \u0000 \u2028'
    const event = await arrived(scene, {
      type: 'größe.日本語.😀 x',
      subject: 'größe/日本語/😀',
      correlationId: 'größe 😀',
      extensions: { note: 'größe 日本語 😀' },
      data: { [text]: text },
    })
    same('event', event.received, event.published)
  },

  async 'an event that is tried again, or was scheduled, is the same as ever'(scene) {
    const bus = scene.bus()
    const retry = { immediate: 0, delays: [1_000] }
    const recorder = await scene.listen(bus, 'order.*', { retry, handle: failOnce })
    const all = { subject: 'orders/17', correlationId: 'conversation-1', causationId: 'cause-1', dataVersion: '2' }
    const extensions = { tenant: 'acme', priority: 3, urgent: true }
    const event = {
      type: 'order.placed',
      data: { name: 'größe 😀' },
      time: '1969-07-20T20:17:40.123Z',
      ...all,
      extensions,
    }
    const published = await scene.schedule(bus, event, { afterMs: 1_000 })
    await scene.count(2, recorder)
    for (const received of recorder.events) same('event', { ...received }, { ...published })
    same('attempts', recorder.attempts, [1, 2])
  },

  async 'data can be any JSON value, or missing'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'order.*')
    const values = [undefined, null, false, 0, '', [], {}, 'text', -1.5e-7]
    await scene.publish(bus, ...values.map((data) => ({ type: 'order.placed', data })))
    await scene.count(values.length, recorder)
    same(
      'data',
      recorder.events.map(({ data }) => data),
      values,
    )
  },
})

/** The event as `publish` answered it, and as a handler of another bus got it. */
async function arrived(scene: Scene, input: EventInput): Promise<{ published: BusEvent; received: BusEvent }> {
  const [bus, publisher] = [scene.bus(), scene.bus()]
  const recorder = await scene.listen(bus, '#')
  const [published] = await scene.publish(publisher, input)
  await scene.count(1, recorder)
  return { published: { ...(published as BusEvent) }, received: { ...(recorder.events[0] as BusEvent) } }
}

function failOnce(_event: BusEvent, { attempt }: { attempt: number }): void {
  if (attempt === 1) fail()
}

function tamper(event: BusEvent): void {
  const data = event.data as { state: string; lines: { name: string }[] }
  for (const change of [
    () => (data.state = 'changed'),
    () => data.lines.push({ name: 'two' }),
    () => ((data.lines[0] as { name: string }).name = 'changed'),
    () => ((event as { data: unknown }).data = 'changed'),
  ]) {
    try {
      change()
    } catch {
      // A frozen object says no in strict code.
    }
  }
}
