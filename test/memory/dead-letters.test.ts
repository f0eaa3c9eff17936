import { afterEach, expect, test } from 'vitest'
import { createEventBus, DeadLetter, memory, silentLogger } from '../../src/index.ts'
import { waitFor } from '../support/wait-for.ts'

const buses: { close(): Promise<unknown> }[] = []

afterEach(() => Promise.all(buses.splice(0).map((bus) => bus.close())))

function makeBus(transport = memory(), instance = 'a') {
  const bus = createEventBus({ source: 'test', instance, transport, logger: silentLogger })
  buses.push(bus)
  return bus
}

test('list tells all about a letter, in pages, oldest first', async () => {
  const bus = makeBus()
  const refuses = (): never => {
    throw new DeadLetter('no such app')
  }
  await bus.subscribe('a.*', refuses, { group: 'g' }).ready
  const events = []
  for (let n = 0; n < 5; n++) events.push(await bus.publish({ type: 'a.b', data: { n } }))
  await waitFor(async () => (await bus.deadLetters.count()) === 5)
  const { letters, total, next } = await bus.deadLetters.list({ limit: 3 })
  expect(letters.map(({ event }) => event)).toEqual(events.slice(0, 3))
  expect(total).toBe(5)
  expect(letters[0]).toMatchObject({
    type: 'a.b',
    reason: 'rejected',
    group: 'g',
    handlers: ['a.* refuses'],
    error: { name: 'DeadLetter', message: 'no such app' },
    attempts: 1,
  })
  const rest = await bus.deadLetters.list({ limit: 3, after: next })
  expect(rest.letters.map(({ event }) => event)).toEqual(events.slice(3))
  expect(rest.next).toBeUndefined()
  expect(await bus.deadLetters.list({ pattern: 'x.#' })).toMatchObject({ total: 0 })
  expect(await bus.deadLetters.list({ group: 'g', reason: 'rejected', pattern: 'a.#' })).toMatchObject({ total: 5 })
})

test('redrive runs the handlers that failed, with attempt 1; a letter that fails again is a new one', async () => {
  const bus = makeBus()
  const seen: string[] = []
  let isMended = false
  const fails = ({ id }: { id: string }, { attempt }: { attempt: number }): void => {
    seen.push(`fails ${id} ${attempt}`)
    if (!isMended) throw new Error('not yet')
  }
  await bus.subscribe('a.*', fails, { retry: { immediate: 0, maxAttempts: 1 } }).ready
  await bus.subscribe('a.*', ({ id }) => void seen.push(`other ${id}`), { name: 'other' }).ready
  const { id } = await bus.publish({ type: 'a.b', data: 1 })
  await waitFor(async () => (await bus.deadLetters.count()) === 1)
  const [first] = (await bus.deadLetters.list()).letters
  seen.length = 0
  expect(await bus.deadLetters.redrive({ all: true })).toEqual({ redriven: 1, failures: [], left: 0, missing: [] })
  await waitFor(async () => seen.length === 1 && (await bus.deadLetters.count()) === 1)
  const [second] = (await bus.deadLetters.list()).letters
  expect(second?.id).not.toBe(first?.id)
  isMended = true
  expect(await bus.deadLetters.redrive({ ids: [String(first?.id)] })).toMatchObject({
    redriven: 0,
    missing: [first?.id],
  })
  expect(await bus.deadLetters.redrive({ ids: [String(second?.id)] })).toMatchObject({ redriven: 1, missing: [] })
  await waitFor(() => seen.length === 2)
  expect(seen).toEqual([`fails ${id} 1`, `fails ${id} 1`])
  expect(await bus.deadLetters.count()).toBe(0)
})

test('a letter whose queue is gone stays and is named; discard deletes it', async () => {
  const transport = memory()
  const leaves = createEventBus({ source: 'test', transport, logger: silentLogger })
  const refuses = (): never => {
    throw new DeadLetter('never')
  }
  await leaves.subscribe('a.*', refuses).ready
  await leaves.publish({ type: 'a.b', data: 1 })
  await waitFor(() => transport.deadLetters.length === 1)
  await leaves.close()
  const bus = makeBus(transport)
  const report = await bus.deadLetters.redrive({ all: true })
  expect(report).toMatchObject({ redriven: 0, left: 1, failures: [{ code: 'PUBLISH_UNROUTABLE' }] })
  expect(report.failures[0]?.queue).toMatch(/^instance:/)
  await expect(bus.deadLetters.discard({})).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  expect(await bus.deadLetters.discard({ pattern: '#' })).toEqual({ discarded: 1, missing: [] })
  expect(transport.deadLetters).toEqual([])
})

test('two redrives at once send each letter once; one that is aborted says what is left', async () => {
  const transport = memory()
  const bus = makeBus(transport)
  let runs = 0
  let isMended = false
  await bus.subscribe('a.*', () => {
    runs++
    if (!isMended) throw new DeadLetter('not yet')
  }).ready
  for (let n = 0; n < 20; n++) await bus.publish({ type: 'a.b', data: n })
  await waitFor(() => transport.deadLetters.length === 20)
  isMended = true
  const controller = new AbortController()
  const abort = ({ done }: { done: number }): void => {
    if (done === 3) controller.abort()
    throw new Error('a listener that throws hurts nobody')
  }
  const cut = await bus.deadLetters.redrive({ all: true }, { signal: controller.signal, onProgress: abort })
  expect(cut).toMatchObject({ redriven: 3, left: 0 })
  const both = await Promise.all([1, 2].map(() => bus.deadLetters.redrive({ all: true }, { ratePerSecond: 1_000 })))
  expect(both.reduce((sum, { redriven }) => sum + redriven, 0)).toBe(17)
  await waitFor(() => runs === 40)
  await bus.close()
  await expect(bus.deadLetters.count()).rejects.toMatchObject({ code: 'BUS_CLOSED' })
})
