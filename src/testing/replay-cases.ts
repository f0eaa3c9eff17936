import { type ContractCase, contractCases } from './contract-case.ts'
import { rejects, same } from './expect.ts'
import { recordedEvents } from './recorded-events.ts'
import { fail } from './recorder.ts'

const second = 1_000

export const replayCases: readonly ContractCase[] = contractCases('replays', {
  async 'a replay reaches the queue of the group that it is for, in order, and no other'(scene) {
    const bus = scene.bus('player', 'contract', recordedEvents('order.placed', 'order.paid', 'order.placed'))
    const billing = await scene.listen(bus, 'order.*', { group: 'billing', concurrency: 1 })
    const others = await Promise.all([
      scene.listen(bus, 'order.*', { group: 'shipping' }),
      scene.listen(bus, 'order.paid', { group: 'billing' }),
      scene.listen(bus, 'order.*'),
    ])
    await scene.within('replay', bus.replay({}, { group: 'billing', pattern: 'order.*' }))
    await scene.count(3, billing)
    await scene.flush(bus, 'order.paid', billing, ...others)
    same('replayed events', billing.ids, ['recorded-1', 'recorded-2', 'recorded-3'])
    same(
      'events of others',
      others.flatMap(({ ids }) => ids),
      [],
    )
  },

  async 'what a replay has sent is marked, also when it is tried again, and what is published is not'(scene) {
    const bus = scene.bus('player', 'contract', recordedEvents('order.placed'))
    const retry = { immediate: 0, delays: [second], maxAttempts: 2 }
    const billing = await scene.listen(bus, 'order.*', { group: 'billing', retry, handle: fail })
    await scene.within('replay', bus.replay({}, { group: 'billing', pattern: 'order.*' }))
    await scene.deadLetters(1)
    await scene.publish(bus, 'order.placed')
    await scene.deadLetters(2)
    const marks = billing.contexts.map(({ replay }) => replay)
    same('marks of the attempts', marks, [true, true, false, false])
  },

  async 'a replay to a queue that is not there is refused'(scene) {
    const bus = scene.bus('player', 'contract', recordedEvents('order.placed'))
    const replayed = scene.within('replay', bus.replay({}, { group: 'nobody', pattern: 'order.*' }))
    const { cause } = await rejects('a replay to nobody', replayed, 'REPLAY_STOPPED')
    same('its cause', (cause as { code?: unknown }).code, 'PUBLISH_UNROUTABLE')
  },

  async 'what comes from the store and fails is tried again by the transport, and then is a dead letter'(scene) {
    const bus = scene.bus('player', 'contract', recordedEvents('order.placed'))
    const retry = { immediate: 0, delays: [second] }
    const options = { from: 'start', retry, handle: fail } as const
    const recorder = await scene.listen(bus, 'order.*', options)
    const [letter] = await scene.deadLetters(1)
    same('attempts', recorder.attempts, [1, 2])
    same('the event of the dead letter', [letter?.id, letter?.attempts], ['recorded-1', 2])
  },
})
