import type { EventQuery } from '../core/event-store.ts'
import { rejects, same } from './expect.ts'
import { storeCases, type StoreCase } from './store-case.ts'
import { idsOf, readAll, type StoreScene } from './store-scene.ts'

const types = ['app', 'app.installed', 'app.install.failed', 'app.x.y.failed', 'user.added']

/** By pattern, the types that it selects: the same as for subscriptions. */
const selections: Readonly<Record<string, readonly string[]>> = {
  app: ['app'],
  'app.*': ['app.installed'],
  'app.#': ['app', 'app.installed', 'app.install.failed', 'app.x.y.failed'],
  '*.installed': ['app.installed'],
  'app.#.failed': ['app.install.failed', 'app.x.y.failed'],
  '*.*': ['app.installed', 'user.added'],
  '#.#': types,
  '#': types,
  'app.*.*.*.*': [],
  'App.installed': [],
}

export const storeQueryCases: readonly StoreCase[] = storeCases('queries', {
  async 'a pattern selects the types that it selects for a subscription'(scene) {
    const store = scene.store()
    await store.append(types.map((type) => scene.event({ type })))
    for (const [pattern, selected] of Object.entries(selections)) {
      const read = await readAll(store, { pattern })
      same(
        `types of '${pattern}'`,
        read.map(({ event }) => event.type),
        selected,
      )
      same(`count of '${pattern}'`, await store.count({ pattern }), selected.length)
    }
  },

  async 'several patterns select what one of them selects, once and in order'(scene) {
    const store = scene.store()
    await store.append([...types, ...types].map((type) => scene.event({ type })))
    const pattern = ['user.*', 'app.#.failed', '*.added']
    const selected = types.slice(2)
    for (const direction of ['forward', 'backward'] as const) {
      const read = (await readAll(store, { pattern, direction })).map(({ event }) => event.type)
      same(`types, ${direction}`, direction === 'forward' ? read : read.toReversed(), [...selected, ...selected])
    }
    same('count', await store.count({ pattern }), 6)
  },

  async 'a type that another store was the first to record is found'(scene) {
    const [store, other] = [scene.store(), scene.store()]
    await store.append([scene.event()])
    same('before', await idsOf(store, { pattern: 'late.*' }), [])
    await other.append([scene.event({ type: 'late.type', source: 'late' })])
    same('by pattern', (await idsOf(store, { pattern: 'late.*' })).length, 1)
    same('by source', (await idsOf(store, { source: 'late' })).length, 1)
    same('types', await store.types(), ['app.installed', 'late.type'])
  },

  async 'the types are all that were ever recorded, sorted'(scene) {
    const store = scene.store()
    same('in the beginning', await store.types(), [])
    await store.append(['b.x', 'a.x', 'b.x', 'a'].map((type) => scene.event({ type })))
    same('types', await store.types(), ['a', 'a.x', 'b.x'])
  },

  async 'each attribute selects the events that have it'(scene) {
    const store = scene.store()
    for (const name of ['source', 'subject', 'correlationId', 'causationId', 'id'] as const) {
      await store.append([scene.event({ [name]: `the ${name}` })])
    }
    same('source', await idsOf(store, { source: 'the source' }), ['event-1'])
    same('subject', await idsOf(store, { subject: 'the subject' }), ['event-2'])
    same('correlationId', await idsOf(store, { correlationId: 'the correlationId' }), ['event-3'])
    same('causationId', await idsOf(store, { causationId: 'the causationId' }), ['event-4'])
    same('id', await idsOf(store, { id: 'the id' }), ['the id'])
    same('an attribute that none has', await idsOf(store, { subject: 'the source' }), [])
  },

  async 'times select by the time of the event: from the first on, before the second'(scene) {
    const store = scene.store()
    await scattered(scene)
    const since = scene.timeOf(1_000)
    const until = scene.timeOf(1_003)
    const wanted = [1_002, 1_000, 1_001].map((number) => scene.timeOf(number))
    for (const query of [
      { since, until },
      { since: new Date(since), until: new Date(until) },
      { since: since.replace('Z', '+00:00'), until },
    ]) {
      const read = await readAll(store, query)
      same(
        'times',
        read.map(({ event }) => event.time),
        wanted,
      )
      same('count', await store.count(query), 3)
    }
    same('from a time on', await store.count({ since: scene.timeOf(2_000) }), 1)
    same('until a time', await store.count({ until: '2000-01-01T01:00:00+01:00' }), 1)
    const offset = await readAll(store, { until: '2000-01-01T01:00:00.001+01:00', since: '1999-12-31T23:00:00Z' })
    same(
      'a time with an offset',
      offset.map(({ event }) => event.time),
      ['2000-01-01T02:00:00+02:00'],
    )
  },

  async 'an event must have all that a query asks for'(scene) {
    const store = scene.store()
    await everyCombination(scene)
    const whole: EventQuery = {
      pattern: ['app.#', 'none'],
      source: 'billing',
      subject: 's-1',
      correlationId: 'c-1',
      causationId: 'k-1',
      since: scene.timeOf(1),
      until: scene.timeOf(1_000),
    }
    const names = Object.keys(whole) as (keyof EventQuery)[]
    for (const left of names) {
      const query = Object.fromEntries(names.filter((name) => name !== left).map((name) => [name, whole[name]]))
      const ids = await idsOf(store, query)
      same(`events, where all but ${left} are asked for`, ids, await byHand(scene, query))
      same('count', await store.count(query), ids.length)
      const backward = await idsOf(store, { ...query, direction: 'backward' })
      same('the same backward', backward.toReversed(), ids)
    }
  },

  async 'rare events are found among many others'(scene) {
    const store = scene.store()
    const rare = [1, 1_300, 2_400]
    await store.append(
      scene.events(2_500, (index) => ({
        subject: index % 2 ? 's' : 't',
        ...(rare.includes(index) && { type: `rare.type${index}`, source: 'rare', correlationId: 'c' }),
      })),
    )
    for (const query of [
      { pattern: 'rare.*' },
      { pattern: ['rare.type1', 'rare.type1300', 'rare.type2400', 'none'] },
      { source: 'rare', pattern: ['rare.*', 'app.*'] },
      { correlationId: 'c', source: 'rare' },
    ]) {
      same('ids', await idsOf(store, query), ['event-2', 'event-1301', 'event-2401'])
      same('count', await store.count(query), 3)
      same('the last', await idsOf(store, { ...query, direction: 'backward', limit: 1 }), ['event-2401'])
    }
    same('two filters', await idsOf(store, { subject: 's', source: 'rare' }), ['event-2'])
  },

  async 'a count goes by positions, too'(scene) {
    const store = scene.store()
    const appended = await store.append(scene.events(5))
    const [second, fifth] = [appended[1]?.position ?? 0, appended[4]?.position ?? 0]
    same('count', await store.count({ afterPosition: second, beforePosition: fifth }), 2)
    await rejects('behind the end', store.count({ afterPosition: fifth + 1 }), 'POSITION_UNKNOWN')
  },

  async 'a query that makes no sense is refused at once'(scene) {
    const store = scene.store()
    const refused = [
      [{ pattern: 'app.install*' }, 'PATTERN_INVALID'],
      [{ pattern: ['app.*', ''] }, 'PATTERN_INVALID'],
      [{ pattern: [] }, 'OPTION_INVALID'],
      [{ since: 'yesterday' }, 'OPTION_INVALID'],
      [{ until: new Date(Number.NaN) }, 'OPTION_INVALID'],
      [{ since: scene.timeOf(2), until: scene.timeOf(2) }, 'OPTION_INVALID'],
      [{ afterPosition: -1 }, 'OPTION_INVALID'],
      [{ afterPosition: 1.5 }, 'OPTION_INVALID'],
      [{ afterPosition: 2, beforePosition: 2 }, 'OPTION_INVALID'],
      [{ subject: '' }, 'OPTION_INVALID'],
      [{ sbject: 'a' } as EventQuery, 'OPTION_INVALID'],
      [{ limit: 0 } as EventQuery, 'OPTION_INVALID'],
      [{ direction: 'sideways' } as unknown as EventQuery, 'OPTION_INVALID'],
    ] as const
    for (const [query, code] of refused) {
      const reading = (async () => store.read(query))()
      await rejects(`read ${JSON.stringify(query)}`, reading, code)
      await rejects(`count ${JSON.stringify(query)}`, store.count(query), code)
    }
  },
})

/** Events whose times have an order of their own. */
async function scattered(scene: StoreScene): Promise<void> {
  const numbers = [1_002, 5, 999, 1_000, 1_003, 2_000, 1_001]
  const events = numbers.map((number) => scene.event({ time: scene.timeOf(number) }))
  await scene.store().append([...events, scene.event({ time: '2000-01-01T02:00:00+02:00' })])
  await scene.store().append([scene.event({ time: '1999-12-31T00:00:00Z' })])
}

/** Each of six attributes is there or is another one. */
async function everyCombination(scene: StoreScene): Promise<void> {
  const events = scene.events(64, (bits) => ({
    type: bits & 1 ? 'app.installed' : 'user.added',
    source: bits & 2 ? 'billing' : 'shop',
    correlationId: bits & 8 ? 'c-1' : 'c-2',
    ...(bits & 4 && { subject: 's-1' }),
    ...(bits & 16 && { causationId: 'k-1' }),
    time: scene.timeOf(bits & 32 ? 10 + bits : 2_000 + bits),
  }))
  await scene.store().append(events)
}

/** What a query selects, found by looking at every event. */
async function byHand(scene: StoreScene, query: EventQuery): Promise<string[]> {
  const { source, subject, correlationId, causationId, pattern, since, until } = query
  const wanted = { source, subject, correlationId, causationId }
  const all = await readAll(scene.store())
  return all
    .map(({ event }) => event)
    .filter((event) => Object.entries(wanted).every(([name, value]) => isWanted(event[name as 'source'], value)))
    .filter(({ type }) => pattern === undefined || type.startsWith('app.'))
    .filter(({ time }) => since === undefined || time >= (since as string))
    .filter(({ time }) => until === undefined || time < (until as string))
    .map(({ id }) => id)
}

function isWanted(value: string | undefined, wanted: string | undefined): boolean {
  return wanted === undefined || value === wanted
}
