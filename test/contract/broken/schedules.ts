import { joining, publishing, type Sabotage, type Saboteur } from './sabotage.ts'

export const brokenSchedules: readonly Saboteur[] = [
  {
    breaks: 'scheduled events come when they are due, not before, in the order of their times',
    how: 'knows no delays',
    complaint: /^order: expected/,
    make: () => delayedBy(() => 0),
  },
  {
    breaks: 'scheduled events come when they are due, not before, in the order of their times',
    how: 'publishes too early',
    complaint: /^whether the (first|last) one waited/,
    make: () => delayedBy((afterMs) => afterMs / 5),
  },
  {
    breaks: 'scheduled events come when they are due, not before, in the order of their times',
    how: 'keeps all scheduled events in one line',
    complaint: /^order: expected/,
    make: () => {
      let longest = 0
      return delayedBy((afterMs) => (afterMs > 0 ? (longest = Math.max(longest, afterMs)) : 0))
    },
  },
  {
    breaks: 'a scheduled event reaches all who are subscribed when it is due, though its publisher has left',
    how: 'looks for its queues when an event is published, not when it is due',
    complaint: /^events that arrive: expected 2, got 0/,
    make: () => delayedBy(() => 0),
  },
  {
    breaks: 'a scheduled event comes once to each, however many buses there are',
    how: 'publishes what is due more than once',
    complaint: /^events of one instance/,
    make: () =>
      publishing((send) => async (request) => {
        await send(request)
        if (request.options.afterMs > 0) await send(request)
      }),
  },
  {
    breaks: 'a scheduled event is recorded when it is due, after what was published meanwhile',
    how: 'tells nobody what falls due',
    complaint: /^two are recorded/,
    make: () => joining(() => ({ onDue: undefined })),
  },
  {
    breaks: 'a scheduled event is recorded when it is due, after what was published meanwhile',
    how: 'tells twice what falls due',
    complaint: /^recorded events/,
    make: () =>
      joining(({ onDue }) => ({
        onDue: (due) => {
          onDue?.(due)
          onDue?.(due)
        },
      })),
  },
  {
    breaks: 'an event whose time is past comes at once, in its turn',
    how: 'lets each second event wait',
    complaint: /^events: expected/,
    make: () => {
      let count = 0
      return delayedBy((afterMs) => (++count % 2 === 0 ? 1_000 : afterMs))
    },
  },
]

function delayedBy(change: (afterMs: number) => number): Sabotage {
  return publishing(
    (send) => (request) =>
      send({ ...request, options: { ...request.options, afterMs: change(request.options.afterMs) } }),
  )
}
