import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createEventBus, defineCatalog, defineEvent, memory, silentLogger } from '../../src/index.ts'
import { waitFor } from '../support/wait-for.ts'

const orderPlaced = defineEvent('order.placed', z.object({ orderId: z.string() }))
const catalog = defineCatalog([orderPlaced])
const buses: { close(): Promise<unknown> }[] = []

afterEach(() => Promise.all(buses.splice(0).map((bus) => bus.close())))

test("with validate: 'both' an event that the catalog refuses on arrival is dead-lettered unhandled; unknown types pass", async () => {
  const transport = memory()
  const foreign = createEventBus({ source: 'foreign', instance: 'foreign', transport })
  const own = createEventBus({
    source: 'own',
    instance: 'own',
    transport,
    events: catalog,
    validate: 'both',
    logger: silentLogger,
  })
  buses.push(foreign, own)
  const handled: string[] = []
  await own.subscribe('#', ({ type }) => void handled.push(type)).ready
  const { id } = await foreign.publish({ type: 'order.placed', data: { orderId: 7 } })
  await foreign.publish({ type: 'order.unheard-of', data: 1 })
  await foreign.publish({ type: 'order.placed', data: { orderId: 'o-1' } })
  await waitFor(() => handled.length === 2)
  expect(handled).toEqual(['order.unheard-of', 'order.placed'])
  expect(transport.deadLetters).toMatchObject([
    { message: { event: { id } }, why: { reason: 'invalid', cause: { code: 'EVENT_INVALID' } } },
  ])
})
