import { once } from 'node:events'
import { type ContractCase, contractCases } from './contract-case.ts'
import { same } from './expect.ts'
import { fail } from './recorder.ts'

/** Three attempts without a pause, and no more. */
const atOnce = { maxAttempts: 3 }

export const failureCases: readonly ContractCase[] = contractCases('failures', {
  async 'an event whose handler fails three times in turn becomes a dead letter, once, that says why'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'job.*', { name: 'work', retry: atOnce, handle: fail })
    const [event] = await scene.publish(bus, 'job.started')
    const [letter] = await scene.deadLetters(1)
    same('dead letter', letter, {
      id: event?.id,
      type: 'job.started',
      reason: 'handlers-failed',
      handlers: ['job.* work'],
      attempts: 3,
    })
    await scene.flush(bus, 'job.started', recorder)
    same('attempts', recorder.attempts, [1, 2, 3])
    same('dead letters', (await scene.deadLetters(1)).length, 1)
  },

  async 'an event whose handler succeeds at the second attempt is no dead letter'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'job.*', {
      handle: (_event, { attempt }) => (attempt === 1 ? fail() : undefined),
    })
    await scene.publish(bus, 'job.started')
    await scene.flush(bus, 'job.started', recorder)
    same('attempts', recorder.attempts, [1, 2])
    same('dead letters', await scene.deadLetters(0), [])
  },

  async 'a handler that fails does not make the others run again'(scene) {
    const bus = scene.bus()
    const failing = await scene.listen(bus, 'job.*', { retry: atOnce, handle: fail })
    const fine = await scene.listen(bus, '#')
    await scene.publish(bus, 'job.started')
    await scene.deadLetters(1)
    await scene.flush(bus, 'job.started', failing, fine)
    same('attempts of the other handler', fine.attempts, [1])
  },

  async 'a dead letter names all handlers that failed, and no other'(scene) {
    const bus = scene.bus()
    const failing = { handle: fail, retry: { maxAttempts: 1 } }
    await scene.listen(bus, 'job.*', { ...failing, name: 'work' })
    await scene.listen(bus, '#', { name: 'count' })
    await scene.listen(bus, 'job.started', { ...failing, name: 'tell' })
    await scene.publish(bus, 'job.started')
    const [letter] = await scene.deadLetters(1)
    same('handlers', [...(letter?.handlers ?? [])].sort(), ['job.* work', 'job.started tell'])
    same('attempts', letter?.attempts, 1)
  },

  async 'the failure of one instance is no affair of the others'(scene) {
    const [sick, sound] = [scene.bus(), scene.bus()]
    await scene.listen(sick, 'job.*', { retry: atOnce, handle: fail })
    const recorder = await scene.listen(sound, 'job.*')
    await scene.publish(sick, 'job.started', 'job.ended')
    await scene.deadLetters(2)
    await scene.flush(sound, 'job.started', recorder)
    same('events of the sound instance', recorder.types, ['job.started', 'job.ended'])
  },

  async 'the events of a group go on behind one that cannot be handled'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'job.*', {
      group: 'workers',
      concurrency: 1,
      retry: { maxAttempts: 1 },
      handle: ({ type }) => (type === 'job.bad' ? fail() : undefined),
    })
    await scene.publish(bus, 'job.bad', 'job.good', 'job.bad', 'job.good')
    await scene.count(4, recorder)
    const letters = await scene.deadLetters(2)
    same(
      'dead letters',
      letters.map(({ type }) => type),
      ['job.bad', 'job.bad'],
    )
  },

  async 'a handler that runs out of time has failed, and its signal is aborted'(scene) {
    const bus = scene.bus()
    const options = { name: 'slow', timeoutMs: 30, retry: { maxAttempts: 1 } }
    const recorder = await scene.listen(bus, 'job.*', { ...options, handle: (_event, context) => aborted(context) })
    const [event] = await scene.publish(bus, 'job.started')
    const [letter] = await scene.deadLetters(1)
    same('dead letter', [letter?.id, letter?.handlers], [event?.id, ['job.* slow']])
    same('signal', recorder.contexts[0]?.signal.aborted, true)
  },

  async 'whatever a handler throws, its event becomes a dead letter and others go on'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'job.*', {
      retry: { maxAttempts: 1 },
      handle: ({ data }) => throwThing((data as { thing: number }).thing),
    })
    await scene.publish(bus, ...things.map((_, thing) => ({ type: 'job.started', data: { thing } })))
    await scene.flush(bus, 'job.started', recorder)
    same('dead letters', (await scene.deadLetters(things.length)).length, things.length)
  },
})

async function aborted({ signal }: { signal: AbortSignal }): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

/** What JavaScript lets a program throw; errors of libraries lack parts or have odd ones. */
const things: readonly unknown[] = [
  undefined,
  null,
  'text',
  Symbol('thing'),
  Object.create(null),
  Object.assign(new Error('without a message'), { message: undefined }),
  Object.assign(new Error('with an odd stack'), { stack: { at: 'nowhere' } }),
  Object.assign(new Error('x'.repeat(300_000)), { stack: 'y'.repeat(300_000) }),
]

function throwThing(index: number): never {
  throw things[index]
}
