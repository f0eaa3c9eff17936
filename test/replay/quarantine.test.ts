import { expect, test, vi } from 'vitest'
import { type Quarantine, suspectAfter } from '../../src/core/quarantine.ts'
import type { Transport } from '../../src/core/transport.ts'
import { createEventBus, memory, memoryStore, silentLogger, stampEvent } from '../../src/index.ts'
import { waitFor } from '../support/wait-for.ts'

const crashes = 'crashes:reader:projection'

/** The memory, and where it would run what a broker suspects. */
function quarantined(): { transport: Transport; quarantine: () => Quarantine } {
  const inner = memory()
  let quarantine: Quarantine | undefined
  const transport: Transport = {
    name: inner.name,
    join(member) {
      quarantine = member.quarantine
      return inner.join(member)
    },
  }
  return { transport, quarantine: () => quarantine as Quarantine }
}

test('while a suspect from a queue runs, none from the store is accused: it would be blamed for a death by the other', async () => {
  const { transport, quarantine } = quarantined()
  const store = memoryStore()
  await store.append([stampEvent({ type: 'app.installed', data: {} }, 'test')])
  await store.saveCheckpoint(crashes, suspectAfter)
  await using bus = createEventBus({ source: 'test', instance: 'reader', transport, store, logger: silentLogger })
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const fromQueue = quarantine().run(() => {
    begin()
    return ended
  })
  await begun
  const waiting = vi.spyOn(quarantine(), 'run')
  let handled = 0
  await bus.subscribe('app.#', () => void handled++, { from: 'start', name: 'projection' }).ready
  await waitFor(() => waiting.mock.calls.length === 1, { message: 'the event of the store waits for its turn' })
  expect([handled, await store.checkpoint(crashes)]).toEqual([0, suspectAfter])
  end()
  await fromQueue
  await waitFor(() => handled === 1, { message: 'it has its turn' })
})
