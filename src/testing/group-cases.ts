import { type ContractCase, contractCases } from './contract-case.ts'
import { same } from './expect.ts'
import type { Recorder } from './recorder.ts'

export const groupCases: readonly ContractCase[] = contractCases('groups', {
  async 'a group handles each event once between its members'(scene) {
    const [one, two] = [scene.bus(), scene.bus()]
    const members = await Promise.all([one, two].map((bus) => scene.listen(bus, 'order.*', { group: 'billing' })))
    const events = await scene.publish(one, ...Array<string>(40).fill('order.placed'))
    await scene.count(40, ...members)
    await scene.flush(one, 'order.placed', ...members)
    same('events of all members', idsOf(...members), events.map(({ id }) => id).sort())
  },

  async 'the members of a group work at the same time'(scene) {
    const bothBusy = scene.gate()
    const buses = [scene.bus(), scene.bus()]
    const handle = (): Promise<void> => bothBusy.opened
    const listening = buses.map((bus) => scene.listen(bus, 'order.*', { group: 'billing', handle }))
    const members = await Promise.all(listening)
    await scene.publish(scene.bus(), ...Array<string>(30).fill('order.placed'))
    await scene.eventually('work for each member', () => members.every(({ events }) => events.length > 0))
    bothBusy.open()
    await scene.count(30, ...members)
  },

  async 'each of several groups gets each event'(scene) {
    const [one, two] = [scene.bus(), scene.bus()]
    const billing = await scene.listen(one, 'order.*', { group: 'billing' })
    const shipping = await scene.listen(two, 'order.*', { group: 'shipping' })
    await scene.publish(one, 'order.placed', 'order.paid')
    await scene.flush(one, 'order.placed', billing, shipping)
    for (const group of [billing, shipping]) same('events of one group', group.types, ['order.placed', 'order.paid'])
  },

  async 'groups and broadcast subscriptions do not take events from each other'(scene) {
    const bus = scene.bus()
    const [group, broadcast] = [
      await scene.listen(bus, 'order.*', { group: 'billing' }),
      await scene.listen(bus, 'order.*'),
    ]
    await scene.publish(bus, 'order.placed', 'order.paid')
    await scene.flush(bus, 'order.placed', group, broadcast)
    for (const one of [group, broadcast]) same('events of one point', one.types, ['order.placed', 'order.paid'])
  },

  async 'members of one group on different patterns do not take events from each other'(scene) {
    const [one, two] = [scene.bus(), scene.bus()]
    const placed = await scene.listen(one, 'order.placed', { group: 'billing' })
    const all = await scene.listen(two, 'order.#', { group: 'billing' })
    await scene.publish(one, 'order.paid', 'order.placed', 'order.paid', 'order.placed')
    await scene.flush(one, 'order.placed', placed, all)
    same("events of 'order.placed'", placed.types, ['order.placed', 'order.placed'])
    same("events of 'order.#'", all.types.toSorted(), ['order.paid', 'order.paid', 'order.placed', 'order.placed'])
  },

  async "a group's events wait while no member is there"(scene) {
    const [publisher, member] = [scene.bus(), scene.bus()]
    await scene.listen(member, 'order.*', { group: 'billing' })
    await scene.within('close', member.close())
    const events = await scene.publish(publisher, 'order.placed', 'order.paid')
    const next = await scene.listen(scene.bus(), 'order.*', { group: 'billing' })
    await scene.flush(publisher, 'order.placed', next)
    same('events that waited', idsOf(next), events.map(({ id }) => id).sort())
  },

  async 'what a member had not started when it left goes to another one'(scene) {
    const gate = scene.gate()
    const [leaver, stayer] = [scene.bus(), scene.bus()]
    const options = { group: 'billing', concurrency: 1 }
    const first = await scene.listen(leaver, 'order.*', { ...options, handle: () => gate.opened })
    await scene.publish(stayer, 'order.placed', 'order.paid', 'order.sent')
    await scene.count(1, first)
    const second = await scene.listen(stayer, 'order.*', options)
    const left = leaver.close({ timeoutMs: scene.deadlineMs })
    gate.open()
    await scene.within('close', left)
    await scene.flush(stayer, 'order.placed', second)
    same('events of the one that left', first.types, ['order.placed'])
    same('events of the one that stayed', second.types.sort(), ['order.paid', 'order.sent'])
  },
})

function idsOf(...recorders: readonly Recorder[]): string[] {
  return recorders.flatMap(({ ids }) => ids).sort()
}
