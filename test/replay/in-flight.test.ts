import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InFlight } from '../../src/core/in-flight.ts'

test('whatever the order of ends, what is settled and what is ahead are exactly what is done', () => {
  const plan = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 3 }), ends: fc.boolean(), rank: fc.nat() }))
  fc.assert(
    fc.property(plan, (events) => {
      const inFlight = new InFlight(0)
      let position = 0
      const begun = events.map((event) => ({ ...event, position: (position += event.gap) }))
      for (const one of begun) inFlight.begin(one.position)
      const ended = begun.filter(({ ends }) => ends).sort((one, other) => one.rank - other.rank)
      for (const one of ended) inFlight.done(one.position)
      const open = begun.filter(({ ends }) => !ends)
      const settled = open[0] ? open[0].position - 1 : position
      expect(inFlight.settled).toBe(settled)
      expect(inFlight.size).toBe(open.length)
      expect(inFlight.ahead).toEqual(
        begun.filter((one) => one.ends && one.position > settled).map((one) => one.position),
      )
    }),
  )
})
