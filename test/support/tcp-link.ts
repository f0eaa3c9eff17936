import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a network does to the bytes; what is not given, it does not do. */
export interface Shape {
  /** How long bytes take in each direction. */
  readonly delayMs?: number
  /** How many bytes pass in each direction of a connection. */
  readonly bytesPerSecond?: number
  /** Bytes arrive in pieces of at most so many. */
  readonly pieceBytes?: number
}

/** Both sockets of one proxied connection. */
export interface Link {
  stall(): void
  /** Lets go what was stalled, unless it is stranded. */
  resume(): void
  /** Stalls it for ever. */
  strand(): void
  destroy(): void
}

/** Where bytes wait while nothing may pass. */
class Gate {
  #opened: PromiseWithResolvers<void> | undefined

  close(): void {
    this.#opened ??= Promise.withResolvers()
  }

  open(): void {
    this.#opened?.resolve()
    this.#opened = undefined
  }

  async passed(): Promise<void> {
    while (this.#opened) await this.#opened.promise
  }
}

export function createLink(client: Socket, upstream: Socket, shape: () => Shape): Link {
  const gate = new Gate()
  let isStranded = false
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ] as const)
    void relay(from, to, gate, shape)
  return {
    stall: () => gate.close(),
    resume: () => void (isStranded || gate.open()),
    strand() {
      isStranded = true
      gate.close()
    },
    destroy() {
      for (const socket of [client, upstream]) socket.destroy()
      gate.open()
    },
  }
}

/** Hands on what one socket receives, its end, and its breaking off. Each of it passes the gate first. */
async function relay(from: Socket, to: Socket, gate: Gate, shape: () => Shape): Promise<void> {
  from.setNoDelay(true)
  // A reset, or a refused target: the loop ends by it, and then the other side must not stay open.
  from.on('error', () => {})
  from.once('close', () => void gate.passed().then(() => to.destroySoon()))
  try {
    for await (const bytes of chunksOf(from)) await pass(bytes, to, gate, shape())
    await gate.passed()
    to.end()
  } catch {
    // 'close' has it.
  }
}

/** The other direction goes on when this one has ended. */
function chunksOf(socket: Socket): AsyncIterable<Buffer> {
  return socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
}

async function pass(bytes: Buffer, to: Socket, gate: Gate, shape: Shape): Promise<void> {
  const { delayMs = 0, bytesPerSecond = Infinity, pieceBytes = Infinity } = shape
  const size = Math.max(1, Math.min(pieceBytes, Math.floor(bytesPerSecond / 50)))
  if (delayMs > 0) await sleep(delayMs)
  for (let start = 0; start < bytes.length; start += size) {
    const piece = bytes.subarray(start, Math.min(start + size, bytes.length))
    if (bytesPerSecond < Infinity) await sleep((1_000 * piece.length) / bytesPerSecond)
    // So that the next piece is a write, and a packet, of its own.
    else if (start > 0) await new Promise(setImmediate)
    await gate.passed()
    if (!to.write(piece)) await drained(to)
  }
}

/** Also when it is destroyed: what is written then goes nowhere. */
async function drained(socket: Socket): Promise<void> {
  if (socket.destroyed) return
  const settled = new AbortController()
  const events = ['drain', 'close'].map((event) => once(socket, event, { signal: settled.signal }))
  await Promise.race(events).catch(() => {})
  settled.abort()
  await Promise.allSettled(events)
}
