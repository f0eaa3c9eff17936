import type { Handler } from '../core/api.ts'
import type { BusEvent } from '../core/event.ts'
import { DeadLetter, RetryLater } from '../core/retry.ts'
import { type ContractCase, contractCases } from './contract-case.ts'
import { same } from './expect.ts'
import { fail, type Recorder } from './recorder.ts'

const second = 1_000

export const retryCases: readonly ContractCase[] = contractCases('retries', {
  async 'a handler that goes on failing runs again after its delays, alone, and then its event is a dead letter'(
    scene,
  ) {
    const bus = scene.bus()
    const retry = { immediate: 1, delays: [second, 2 * second] }
    const recorder = await scene.listen(bus, 'job.*', { name: 'work', retry, handle: fail })
    const fine = await scene.listen(bus, 'job.*')
    const [event] = await scene.publish(bus, 'job.started')
    const [letter] = await scene.deadLetters(1)
    same('attempts', recorder.attempts, [1, 2, 3, 4])
    same('dead letter', letter, {
      id: event?.id,
      type: 'job.started',
      reason: 'handlers-failed',
      handlers: ['job.* work'],
      attempts: 4,
    })
    const [, atOnce = 0, later = 0, last = 0] = timesOf(recorder)
    same('whether the first delay passed', later - atOnce >= scene.leastMs(second), true)
    same('whether the second delay passed', last - later >= scene.leastMs(2 * second), true)
    await scene.flush(bus, 'job.started', recorder, fine)
    same('attempts of the other handler', fine.attempts, [1])
    same('dead letters', (await scene.deadLetters(1)).length, 1)
  },

  async 'a handler can say when it runs again'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'job.*', {
      retry: { immediate: 0, delays: [60 * second] },
      handle: onFirst(() => new RetryLater({ afterMs: second })),
    })
    await scene.publish(bus, 'job.started')
    await scene.count(2, recorder)
    same('attempts', recorder.attempts, [1, 2])
    await scene.flush(bus, 'job.started', recorder)
    same('dead letters', await scene.deadLetters(0), [])
  },

  async 'a handler can say that it never will succeed: the dead letter comes at once, and says so'(scene) {
    const bus = scene.bus()
    const handle = onFirst(() => new DeadLetter('there is no such customer'))
    const recorder = await scene.listen(bus, 'job.*', { name: 'work', handle })
    await scene.publish(bus, 'job.started')
    const [letter] = await scene.deadLetters(1)
    const { reason, handlers, attempts } = letter ?? {}
    same('dead letter', { reason, handlers, attempts }, { reason: 'rejected', handlers: ['job.* work'], attempts: 1 })
    await scene.flush(bus, 'job.started', recorder)
    same('attempts', recorder.attempts, [1])
  },

  async 'an error that does not pass, as `retryIf` says, makes a dead letter at once'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'job.*', {
      retry: { immediate: 0, delays: [second], retryIf: ({ message }) => message !== 'hopeless' },
      handle: ({ type }) => {
        throw new Error(type === 'job.bad' ? 'hopeless' : 'later, perhaps')
      },
    })
    await scene.publish(bus, 'job.bad', 'job.worse')
    const letters = await scene.deadLetters(2)
    const attempts = letters.map(({ type, attempts }) => [type, attempts])
    same('attempts of the dead letters', Object.fromEntries(attempts), { 'job.bad': 1, 'job.worse': 2 })
    same('events', recorder.types, ['job.bad', 'job.worse', 'job.worse'])
  },

  async 'a retry whose handler is gone is a dead letter that names it'(scene) {
    const bus = scene.bus()
    const retry = { immediate: 0, delays: [scene.unhurriedMs(1)] }
    const [leaving, staying] = [
      await scene.listen(bus, 'job.*', { name: 'old', retry, handle: fail }),
      await scene.listen(bus, 'job.*', { name: 'new' }),
    ]
    const [event] = await scene.publish(bus, 'job.started')
    await scene.count(2, leaving, staying)
    await scene.within('unsubscribe', leaving.subscription.unsubscribe())
    const [letter] = await scene.deadLetters(1)
    same('dead letter', letter, {
      id: event?.id,
      type: 'job.started',
      reason: 'handlers-gone',
      handlers: ['job.* old'],
      attempts: 1,
    })
    same('attempts of the other handler', staying.attempts, [1])
  },

  async 'a retry of a group stays in that group, and one of an instance in that instance'(scene) {
    const [one, two] = [scene.bus(), scene.bus()]
    const failing = { retry: { immediate: 0, delays: [second] }, handle: onFirst(() => new Error('not yet')) }
    const sick = [
      await scene.listen(one, 'job.*', { ...failing, group: 'billing' }),
      await scene.listen(one, 'job.*', failing),
    ] as const
    const sound = [
      await scene.listen(one, 'job.started', { group: 'billing' }),
      await scene.listen(one, 'job.*', { group: 'shipping' }),
      await scene.listen(two, 'job.*', { group: 'shipping' }),
      await scene.listen(two, 'job.*'),
    ] as const
    await scene.publish(two, 'job.started')
    await scene.count(4, ...sick)
    await scene.flush(two, 'job.started', ...sick, ...sound)
    same('events of those that did not fail', sound.flatMap(({ types }) => types).length, 3)
    for (const { attempts } of sick) same('attempts', attempts, [1, 2])
  },

  async 'a retry waits behind no other one'(scene) {
    const bus = scene.bus()
    const seconds = [3, 1, 2]
    const handle = onFirst(({ data }) => new RetryLater({ afterMs: second * (data as number) }))
    const recorder = await scene.listen(bus, 'job.*', { handle })
    await scene.publish(bus, ...seconds.map((data) => ({ type: 'job.started', data })))
    await scene.count(6, recorder)
    same(
      'order of the retries',
      recorder.events.slice(3).map(({ data }) => data),
      [1, 2, 3],
    )
  },

  async 'retries that wait, however many, do not keep other events waiting'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'job.*', {
      group: 'workers',
      concurrency: 1,
      handle: ({ type }) => {
        if (type === 'job.bad') throw new RetryLater({ afterMs: 60 * second })
      },
    })
    await scene.publish(bus, ...Array<string>(250).fill('job.bad'), 'job.good')
    await scene.count(251, recorder)
    same('last event', recorder.types.at(-1), 'job.good')
  },

  async 'a retry outlives its bus: who takes its place goes on counting the attempts'(scene) {
    const retry = { immediate: 0, delays: [second], maxAttempts: 1_000 }
    const [worker, member] = [scene.bus('worker'), scene.bus('member')]
    const before = [
      await scene.listen(worker, 'job.*', { name: 'work', retry, handle: fail }),
      await scene.listen(member, 'job.*', { name: 'share', group: 'workers', retry, handle: fail }),
    ]
    await scene.publish(scene.bus('publisher'), 'job.started')
    await scene.count(2, ...before)
    await scene.within('close', Promise.all([worker.close(), member.close()]))
    const after = [
      await scene.listen(scene.bus('worker'), 'job.*', { name: 'work' }),
      await scene.listen(scene.bus('other'), 'job.*', { name: 'share', group: 'workers' }),
    ]
    await scene.count(2, ...after)
    same(
      'attempts after the change',
      after.map(({ attempts }) => attempts),
      before.map(({ attempts }) => [attempts.length + 1]),
    )
  },
})

/** Fails once for each event. */
function onFirst(failure: (event: BusEvent) => Error): Handler {
  return (event, { attempt }) => {
    if (attempt === 1) throw failure(event)
  }
}

function timesOf({ contexts }: Recorder): number[] {
  return contexts.map(({ receivedAt }) => receivedAt.getTime())
}
