import { setTimeout as sleep } from 'node:timers/promises'
import { PatternTrie } from '../../../src/core/pattern-trie.ts'
import type { PublishRequest } from '../../../src/core/transport.ts'
import {
  acknowledged,
  intaking,
  never,
  publishing,
  receiving,
  type Sabotage,
  type Saboteur,
  sessions,
  withParts,
} from './sabotage.ts'

export const brokenDelivery: readonly Saboteur[] = [
  {
    breaks: 'each event reaches every instance that is subscribed, once',
    how: 'loses every seventh delivery',
    complaint: /^events of one instance/,
    make: () => {
      let count = 0
      return receiving((receive) => async (delivery) => (++count % 7 === 0 ? acknowledged : receive(delivery)))
    },
  },
  {
    breaks: 'each event reaches every instance that is subscribed, once',
    how: 'hands everything out twice',
    complaint: /^events of one instance/,
    make: () => receiving((receive) => async (delivery) => receive(delivery).then(() => receive(delivery))),
  },
  {
    breaks: 'an event reaches all handlers of an instance, each once, also where their patterns overlap',
    how: 'hands an event out for each binding that matches it',
    complaint: /^events of one handler/,
    make: oncePerBinding,
  },
  {
    breaks: 'a subscription to several patterns gets an event once, however many of them match',
    how: 'hands an event out for each binding that matches it',
    complaint: /^events: expected/,
    make: oncePerBinding,
  },
  {
    breaks: 'a bus hears its own events and those of others',
    how: 'keeps its own events from a bus',
    complaint: /^events that arrive: expected 2, got 1/,
    make: () =>
      receiving(
        (receive, _point, { source }) =>
          async (delivery) =>
            delivery.event.source === source ? acknowledged : receive(delivery),
      ),
  },
  {
    breaks: 'more events than can be in hand at once all arrive',
    how: 'stops when its hands were full once',
    complaint: /^events that arrive: expected 700, got 100/,
    make: () => {
      let count = 0
      return receiving((receive) => async (delivery) => (++count > 100 ? never : receive(delivery)))
    },
  },
  {
    breaks: 'publishing and subscribing need not wait for the connection',
    how: 'loses what is published before it is connected',
    complaint: /^events that arrive: expected 1, got 0/,
    make: () =>
      sessions((session) => {
        const connected = sleep(20)
        let isConnected = false
        void connected.then(() => (isConnected = true))
        return { ready: connected, publish: async (request) => (isConnected ? session.publish(request) : undefined) }
      }),
  },
  {
    breaks: 'an event that nobody wants is no error, and goes nowhere',
    how: 'refuses an event that nobody wants',
    complaint: /No queue wants/,
    make: () =>
      publishing((send) => (request) => send({ ...request, options: { ...request.options, requireRoute: true } })),
  },
  {
    breaks: '`*` stands for one word and `#` for any number of words, none included',
    how: 'wants one word at least for `#`',
    complaint: /^a later 'app' reaches every handler/,
    make: () => intaking((intake) => ({ bind: (pattern) => intake.bind(pattern.replaceAll('#', '*.#')) })),
  },
  {
    breaks: 'a subscription gets nothing that its pattern does not match',
    how: 'binds every queue to everything',
    complaint: /^events: expected/,
    make: () => intaking((intake) => ({ bind: () => intake.bind('#') })),
  },
  {
    breaks: 'with a concurrency of 1, events are handled strictly in turn and in the order of publishing',
    how: 'swaps neighbours',
    complaint: /^order of arrival/,
    make: () => inGroups(2),
  },
  {
    breaks: 'with the default concurrency, handlers start in the order of publishing',
    how: 'sends the newest event first',
    complaint: /^order of arrival/,
    make: () => inGroups(200),
  },
  {
    breaks: 'a thousand publishes that nobody awaits arrive in order',
    how: 'sends by two ways, one of them slower',
    complaint: /^order of arrival/,
    make: () => {
      let count = 0
      return publishing((send) => async (request) => {
        if (++count % 2 === 0) await sleep(5)
        return send(request)
      })
    },
  },
]

function oncePerBinding(): Sabotage {
  return sessions((session) => ({
    consume: (point, receive) => {
      const bound = new PatternTrie<string>()
      const intake = session.consume(point, async (delivery) => {
        for (const _more of bound.match(delivery.event.type).slice(1)) await receive(delivery)
        return receive(delivery)
      })
      const bind = (pattern: string): Promise<void> => {
        bound.add(pattern, pattern)
        return intake.bind(pattern)
      }
      return withParts(intake, { bind })
    },
  }))
}

/** Collects so many requests, or those of one tick, and sends the last one first. */
function inGroups(size: number): Sabotage {
  return publishing((send) => {
    let collected: (() => void)[] = []
    const sendAll = (): void => {
      for (const sendOne of collected.reverse()) sendOne()
      collected = []
    }
    return (request: PublishRequest) =>
      new Promise((resolve, reject) => {
        collected.push(() => void send(request).then(resolve, reject))
        if (collected.length === size) sendAll()
        else setImmediate(sendAll)
      })
  })
}
