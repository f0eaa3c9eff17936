import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { createEventBus } from '../../src/index.ts'

const module = new URL('../../src/core/options.ts', import.meta.url).href

/** The name that a bus gets in a thread of its own. */
async function nameInWorker(): Promise<unknown> {
  const program = `
    const { parentPort } = require('node:worker_threads')
    import(${JSON.stringify(module)}).then(({ generateInstance }) => parentPort.postMessage(generateInstance()))`
  const worker = new Worker(program, { eval: true })
  const [name] = (await once(worker, 'message')) as unknown[]
  await worker.terminate()
  return name
}

test('buses of one process have names of their own, in other threads and by other copies of the package too', async () => {
  const buses = [1, 2].map(() => createEventBus({ source: 'shop' }))
  const copy = (await import(/* @vite-ignore */ `${module}?copy`)) as { generateInstance(): string }
  const names = [
    ...buses.map(({ instance }) => instance),
    copy.generateInstance(),
    ...(await Promise.all([nameInWorker(), nameInWorker()])),
  ]
  expect(new Set(names).size).toBe(names.length)
  for (const bus of buses) await bus.close()
})
