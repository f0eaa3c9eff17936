import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { UntypedBus } from '../core/api.ts'
import type { BusEvent } from '../core/event.ts'
import { type ContractCase, contractCases } from './contract-case.ts'
import { same } from './expect.ts'
import { fail, type Recorder } from './recorder.ts'

const second = 1_000

export const correlationCases: readonly ContractCase[] = contractCases('correlation', {
  async 'cause and correlation go through all that a handler waits for, timers and callbacks included'(scene) {
    const bus = scene.bus()
    const effects = await scene.listen(scene.bus(), 'effect.*')
    const handle = async (): Promise<void> => {
      await bus.publish({ type: 'effect.after-nothing', data: {} })
      await sleep(2)
      await bus.publish({ type: 'effect.after-timer', data: {} })
      await nextTurn()
      const one = bus.publish({ type: 'effect.of-many', data: {} })
      const other = Promise.resolve().then(() => bus.publish({ type: 'effect.of-many', data: {} }))
      await Promise.all([one, other])
      await new Promise<unknown>((resolve) => {
        setTimeout(() => resolve(bus.publish({ type: 'effect.in-callback', data: {} })), 2)
      })
    }
    await scene.listen(bus, 'work.*', { handle })
    const [work] = await scene.publish(scene.bus(), { type: 'work.begun', data: {}, correlationId: 'conversation-1' })
    await scene.count(5, effects)
    same('causes and correlations', originsOf(effects), Array(5).fill([work?.id, 'conversation-1']))
  },

  async 'handlers that run at the same time each cause their own events'(scene) {
    const gate = scene.gate()
    const bus = scene.bus()
    const effects = await scene.listen(scene.bus(), 'effect.*')
    const handle = async ({ id }: BusEvent): Promise<void> => {
      await gate.opened
      await bus.publish({ type: 'effect.done', data: { of: id } })
    }
    const [one, other] = [await scene.listen(bus, 'work.*', { handle }), await scene.listen(bus, '*.begun', { handle })]
    await scene.publish(scene.bus(), ...Array<string>(5).fill('work.begun'))
    await scene.count(10, one, other)
    gate.open()
    await scene.count(10, effects)
    const mixed = effects.events.filter(({ causationId, data }) => causationId !== (data as { of: string }).of)
    same('effects of another cause', mixed, [])
  },

  async 'each retry causes with the same correlation, at once or delayed'(scene) {
    const bus = scene.bus()
    const effects = await scene.listen(scene.bus(), 'effect.*')
    await scene.listen(bus, 'work.*', {
      retry: { immediate: 1, delays: [second] },
      handle: async (_event, { attempt }) => {
        await bus.publish({ type: 'effect.tried', data: {} })
        if (attempt < 3) fail()
      },
    })
    const [work] = await scene.publish(scene.bus(), { type: 'work.begun', data: {}, correlationId: 'conversation-1' })
    await scene.count(3, effects)
    same('causes and correlations', originsOf(effects), Array(3).fill([work?.id, 'conversation-1']))
  },

  async 'what a handler schedules carries cause and correlation, too'(scene) {
    const bus = scene.bus()
    const effects = await scene.listen(scene.bus(), 'effect.*')
    const handle = async (): Promise<void> => {
      await bus.publish({ type: 'effect.later', data: {} }, { afterMs: second })
    }
    await scene.listen(bus, 'work.*', { handle })
    const [work] = await scene.publish(scene.bus(), 'work.begun')
    await scene.count(1, effects)
    same('causes and correlations', originsOf(effects), [[work?.id, work?.id]])
  },

  async 'a chain of handlers has one correlation, and each event names the one before it'(scene) {
    const [first, second] = [scene.bus(), scene.bus()]
    const steps = await scene.listen(scene.bus(), 'step.*')
    await scene.listen(first, 'step.one', { handle: publishes(first, 'step.two') })
    await scene.listen(second, 'step.two', { handle: publishes(second, 'step.three') })
    await scene.publish(scene.bus(), 'step.one')
    await scene.count(3, steps)
    const step = (type: string): BusEvent | undefined => steps.events.find((event) => event.type === type)
    const [one, two, three] = [step('step.one'), step('step.two'), step('step.three')]
    same('cause and correlation of the first', [one?.causationId, one?.correlationId], [undefined, undefined])
    same('cause and correlation of the second', [two?.causationId, two?.correlationId], [one?.id, one?.id])
    same('cause and correlation of the third', [three?.causationId, three?.correlationId], [two?.id, one?.id])
  },

  async 'a cause or a correlation that is given counts more than the event in hand'(scene) {
    const bus = scene.bus()
    const effects = await scene.listen(scene.bus(), 'effect.*')
    const handle = async (): Promise<void> => {
      await bus.publish({ type: 'effect.done', data: {}, correlationId: 'another' })
      await bus.publish({ type: 'effect.done', data: {}, causationId: 'another' })
    }
    await scene.listen(bus, 'work.*', { handle })
    const [work] = await scene.publish(scene.bus(), { type: 'work.begun', data: {}, correlationId: 'conversation-1' })
    await scene.count(2, effects)
    same('causes and correlations', originsOf(effects), [
      [work?.id, 'another'],
      ['another', 'conversation-1'],
    ])
  },

  async 'what is published outside of handlers has no cause, while they run and afterwards'(scene) {
    const gate = scene.gate()
    const bus = scene.bus()
    const effects = await scene.listen(scene.bus(), 'effect.*')
    const works = await scene.listen(bus, 'work.*', { handle: () => gate.opened })
    await scene.publish(bus, 'work.begun')
    await scene.count(1, works)
    await scene.publish(bus, 'effect.meanwhile')
    gate.open()
    await scene.flush(bus, 'work.begun', works)
    await scene.publish(bus, 'effect.afterwards')
    await scene.count(2, effects)
    same('causes and correlations', originsOf(effects), Array(2).fill([undefined, undefined]))
  },
})

function originsOf({ events }: Recorder): (readonly [string | undefined, string | undefined])[] {
  return events.map(({ causationId, correlationId }) => [causationId, correlationId])
}

function publishes(bus: UntypedBus, type: string): () => Promise<void> {
  return async () => {
    await bus.publish({ type, data: {} })
  }
}
