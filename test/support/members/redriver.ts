import { createEventBus, silentLogger } from '../../../src/index.ts'
import { rabbitmq } from '../../../src/rabbitmq/index.ts'

/** A process that redrives or discards dead letters, and is killed before it is done. */
export interface RedriverOrders {
  readonly url: string
  readonly exchangeName: string
  readonly action: 'redrive' | 'discard'
  /** It is killed when so many letters are done. */
  readonly after: number
}

const { url, exchangeName, action, after } = JSON.parse(process.argv[2] ?? '') as RedriverOrders
process.on('disconnect', () => process.exit(1))

const bus = createEventBus({
  source: 'test',
  instance: 'redriver',
  logger: silentLogger,
  transport: rabbitmq({ url, exchangeName }),
})

// Two turns of the event loop after the first letters, so that what was written leaves: then the kill is in the middle.
const onProgress = ({ done }: { done: number }): void => {
  if (done !== after) return
  setImmediate(() => setImmediate(() => process.kill(process.pid, 'SIGKILL')))
}
if (action === 'redrive') await bus.deadLetters.redrive({ all: true }, { onProgress })
else await bus.deadLetters.discard({ pattern: 'a.*' }, { onProgress })
