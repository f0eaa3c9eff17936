import { expect, test } from 'vitest'
import type { Context, Handler, Middleware, Publish } from '../../src/core/api.ts'
import type { BusEvent } from '../../src/core/event.ts'
import { Pipeline } from '../../src/core/pipeline.ts'

const event: BusEvent = { id: '1', type: 'a', source: 's', time: '2001-01-01T00:00:00Z', data: {} }
const publish: Publish = async () => event

function tracing(name: string, trace: string[]): Middleware {
  return {
    handle: (next) => async (one, context) => {
      trace.push(`${name} in`)
      await next(one, context)
      trace.push(`${name} out`)
    },
    publish: (next) => async (one, options) => {
      trace.push(`${name} publish`)
      return next(one, options)
    },
  }
}

test('the first middleware is the outermost, around handlers and around publishes', async () => {
  const trace: string[] = []
  const pipeline = new Pipeline(publish)
  pipeline.use(tracing('one', trace))
  pipeline.use(tracing('two', trace))
  await pipeline.wrap(() => void trace.push('handler'))(event, {} as Context)
  expect(await pipeline.publish(event, {})).toBe(event)
  expect(trace).toEqual(['one in', 'two in', 'handler', 'two out', 'one out', 'one publish', 'two publish'])
})

test('a handler keeps the middleware of the time when it was wrapped', async () => {
  const trace: string[] = []
  const pipeline = new Pipeline(publish)
  const handler: Handler = () => {}
  expect(pipeline.wrap(handler)).toBe(handler)
  const wrapped = pipeline.wrap(handler)
  pipeline.use(tracing('late', trace))
  await wrapped(event, {} as Context)
  expect(trace).toEqual([])
})

test('middleware that throws at once makes the publish reject', async () => {
  const pipeline = new Pipeline(publish)
  pipeline.use({
    publish: () => () => {
      throw new Error('at once')
    },
  })
  await expect(pipeline.publish(event, {})).rejects.toThrow('at once')
})

test('middleware for handlers alone leaves publishing as it is', () => {
  const pipeline = new Pipeline(publish)
  pipeline.use({ handle: (next) => next })
  expect(pipeline.publish).toBe(publish)
})

test('middleware may be an object with a state of its own', async () => {
  class Counting implements Middleware {
    handled = 0
    handle(next: Handler): Handler {
      return (one, context) => {
        this.handled++
        return next(one, context)
      }
    }
  }
  const counting = new Counting()
  const pipeline = new Pipeline(publish)
  pipeline.use(counting)
  await pipeline.wrap(() => {})(event, {} as Context)
  expect(counting.handled).toBe(1)
})

test.each([
  ['nothing', undefined, /^use: the middleware has neither handle nor publish/],
  ['a function', () => {}, /^use: the middleware has neither handle nor publish/],
  ['a misspelt part', { handler: () => {} }, /^use: the middleware has neither handle nor publish/],
  ['what cannot be called', { handle: 'no function' }, /^use: handle is string; allowed: a function/],
  ['one good part and one bad', { handle: (next: Handler) => next, publish: 1 }, /^use: publish is number; allowed/],
])('%s is no middleware, and changes nothing', (_, middleware, message) => {
  const pipeline = new Pipeline(publish)
  const handler: Handler = () => {}
  expect(() => pipeline.use(middleware as Middleware)).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(message) }),
  )
  expect(pipeline.wrap(handler)).toBe(handler)
  expect(pipeline.publish).toBe(publish)
})
