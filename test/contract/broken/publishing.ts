import { intaking, never, publishing, released, type Saboteur, sessions, withParts, sendingLate } from './sabotage.ts'

export const brokenPublishing: readonly Saboteur[] = [
  {
    breaks: 'what `publish` has resolved for arrives, though the publisher closes at once',
    how: 'resolves before it has the event',
    complaint: /^events that arrive: expected 2, got 0/,
    make: () => sendingLate(true),
  },
  {
    breaks: 'with `requireRoute`, `publish` rejects if nobody wants the event',
    how: 'does not look for a route',
    complaint: /^publish: expected a rejection with PUBLISH_UNROUTABLE/,
    make: () =>
      publishing((send) => (request) => send({ ...request, options: { ...request.options, requireRoute: false } })),
  },
  {
    breaks: 'a publish that was aborted before it was sent rejects, and its event goes nowhere',
    how: 'does not look at the signal',
    complaint: /^publish: expected a rejection with PUBLISH_ABORTED/,
    make: () =>
      publishing((send) => (request) => send({ ...request, options: { ...request.options, signal: undefined } })),
  },
  {
    breaks: 'a publish that fails carries its event, to be tried again under the same id',
    how: 'rejects with an error of its own',
    complaint: /^publish: expected 'PUBLISH_UNROUTABLE', got undefined/,
    make: () => publishing((send) => (request) => send(request).catch(() => Promise.reject(new Error('no')))),
  },
  {
    breaks: 'a publish that fails does its neighbours no harm',
    how: 'sends nothing any more after a failure',
    complaint: /^outcomes/,
    make: () =>
      publishing((send) => {
        let last = Promise.resolve()
        return (request) => (last = last.then(() => send(request)))
      }),
  },
  {
    breaks: 'a publish that fails and that nobody awaits is no unhandled rejection',
    how: 'derives a promise that nobody looks after',
    complaint: /^unhandled rejections/,
    make: () =>
      publishing((send) => (request) => {
        const sent = send(request)
        void sent.then(() => {})
        return sent
      }),
  },
]

export const brokenUnsubscribing: readonly Saboteur[] = [
  {
    breaks: 'a handler that was unsubscribed gets nothing more, and the others go on',
    how: 'unbinds all patterns at once',
    complaint: /^a later|^events of the one that stays/,
    make: () =>
      intaking((intake) => {
        const bound = new Set<string>()
        return {
          bind: (pattern) => intake.bind(bound.add(pattern) && pattern),
          unbind: async () => void (await Promise.all([...bound].map((pattern) => intake.unbind(pattern)))),
        }
      }),
  },
  {
    breaks: 'what is published after the last unsubscribe of a pattern does not come back to a later subscription',
    how: 'never unbinds',
    complaint: /^publish: expected a rejection with PUBLISH_UNROUTABLE/,
    make: () => intaking(() => ({ unbind: async () => {} })),
  },
  {
    breaks: "a member that unsubscribes leaves the group's events to the others, and to those that come later",
    how: 'unbinds the queue of a group when a member unsubscribes',
    complaint: /^events that arrive: expected 10, got 0/,
    make: () =>
      intaking((intake, point) => ({
        stop: async () => {
          if (point.kind === 'group') await intake.unbind(point.pattern)
          await intake.stop()
        },
      })),
  },
  {
    breaks: 'subscribing again right after unsubscribing misses nothing from `ready` on',
    how: 'unbinds after it has bound again',
    complaint: /^a later/,
    make: () =>
      intaking((intake) => {
        const pending = new Set<string>()
        return {
          unbind: async (pattern) => void pending.add(pattern),
          bind: async (pattern) => {
            await intake.bind(pattern)
            if (pending.delete(pattern)) await intake.unbind(pattern)
          },
        }
      }),
  },
  {
    breaks: 'a handler may end its own subscription',
    how: 'waits for the handlers that it was called by',
    complaint: /^the handler's own unsubscribe/,
    make: () =>
      sessions((session) => ({
        consume: (point, receive) => {
          let inHand = 0
          const intake = session.consume(point, (delivery) => {
            inHand++
            return receive(delivery).finally(() => inHand--)
          })
          return withParts(intake, { stop: () => (inHand > 0 ? never : intake.stop()) })
        },
      })),
  },
  {
    breaks: 'what a handler is running when it is unsubscribed is not handed out again',
    how: 'gives back what runs when a consumer ends',
    complaint: /^events: expected/,
    make: () =>
      sessions((session) => ({
        consume: (point, receive) => {
          let isStopped = false
          const intake = session.consume(point, async (delivery) => {
            const outcome = await receive(delivery)
            return isStopped ? released : outcome
          })
          const stop = (): Promise<void> => {
            isStopped = true
            return intake.stop()
          }
          return withParts(intake, { stop })
        },
      })),
  },
]
