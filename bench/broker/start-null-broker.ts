import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Patience } from '../end/end.ts'

/** A process that plays a broker and does nothing (null-broker.ts). */
export interface NullBroker {
  readonly url: string
  /** Hands out the message that was published last, as often. */
  deliver(times: number): void
  /** Lets it stop reading. */
  mute(): void
  stop(): void
}

export async function startNullBroker({ limitSeconds, signal }: Patience): Promise<NullBroker> {
  const child = fork(fileURLToPath(new URL('null-broker.ts', import.meta.url)))
  const tooLong = AbortSignal.any([signal, AbortSignal.timeout(limitSeconds * 1_000)])
  const [{ port }] = (await once(child, 'message', { signal: tooLong })) as [{ port: number }]
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    deliver: (times) => void child.send({ deliver: times }),
    mute: () => void child.send({ mute: true }),
    stop: () => void child.kill(),
  }
}
