import fc from 'fast-check'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  type BusEvent,
  type Context,
  createEventBus,
  type EventBus,
  memory,
  memoryStore,
  silentLogger,
} from '../../src/index.ts'
import { waitFor } from '../support/wait-for.ts'

/** What happens in one run, in milliseconds and counts. */
interface Plan {
  readonly before: number
  readonly after: number
  readonly recorderLagMs: readonly number[]
  readonly handlerMs: readonly number[]
  readonly concurrency: number
  readonly restarts: readonly number[]
  readonly failing: number
}

const ms = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max })
const plans: fc.Arbitrary<Plan> = fc.record({
  before: ms(150),
  after: ms(150),
  recorderLagMs: fc.array(ms(15), { minLength: 1, maxLength: 7 }),
  handlerMs: fc.array(ms(3), { minLength: 1, maxLength: 7 }),
  concurrency: fc.constantFrom(1, 1, 3, 10),
  restarts: fc.array(ms(40), { maxLength: 3 }),
  failing: fc.constantFrom(0, 0, 7),
})

const pick = (values: readonly number[], index: number): number => values[index % values.length] ?? 0

/**
 * Several recorders, each with a lag of its own: what was published first is often recorded last. A reader that begins in the
 * middle, is restarted a few times, and must see each event once, in the order of the store.
 */
async function play(plan: Plan): Promise<void> {
  const transport = memory()
  const store = memoryStore()
  const bus = (instance: string): EventBus =>
    createEventBus({ source: 'seam', instance, transport, store, logger: silentLogger })
  const publisher = bus('publisher')
  const recorders = [bus('recorder-1'), bus('recorder-2')]
  let recorded = 0
  for (const recorder of recorders) {
    const record = async (event: BusEvent): Promise<void> => {
      await sleep(pick(plan.recorderLagMs, recorded++))
      await store.append([event])
    }
    await recorder.subscribe('#', record, { group: 'recorder' }).ready
  }
  const total = plan.before + plan.after
  const publish = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++) {
      void publisher.publish({ type: index % 2 ? 'seam.odd' : 'seam.even', data: index })
      if (index % 10 === 9) await sleep(1)
    }
  }

  const seen: string[] = []
  const started: number[] = []
  const handle = async ({ id }: { id: string }, { attempt, position }: Context): Promise<void> => {
    if (position !== undefined) started.push(position)
    await sleep(pick(plan.handlerMs, seen.length))
    if (plan.failing > 0 && attempt === 1 && seen.length % plan.failing === 0) throw new Error('once')
    seen.push(id)
  }
  await publish(plan.before)
  const publishing = publish(plan.after)
  for (const pause of [...plan.restarts, undefined]) {
    const reader = bus('reader')
    const options = { from: 'start', name: 'seam', concurrency: plan.concurrency, retry: { immediate: 1 } } as const
    const subscription = reader.subscribe('seam.*', handle, options)
    await subscription.ready
    if (pause === undefined) {
      await publishing
      await waitFor(() => seen.length >= total, { message: `${total} events (${seen.length})` })
      await waitFor(async () => (await store.checkpoint('subscription:reader:seam')) === total)
    } else await sleep(pause)
    await reader.close()
  }
  for (const one of [publisher, ...recorders]) await one.close()
  const order = (await Array.fromAsync(store.read())).map(({ event }) => event.id)
  expect(order.length).toBe(total)
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen.toSorted()).toEqual(order.toSorted())
  if (plan.concurrency === 1) expect(seen).toEqual(order)
  if (plan.failing === 0) expect(started).toEqual(started.toSorted((one, other) => one - other))
}

test('history and what comes meanwhile are handled once each, whatever lags, fails or is restarted', async () => {
  await fc.assert(fc.asyncProperty(plans, play), { numRuns: 25, endOnFailure: true })
}, 120_000)
