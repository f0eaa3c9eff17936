/** As much of AMQP 0-9-1 as a broker needs that does nothing. https://www.rabbitmq.com/amqp-0-9-1-reference */

export interface Frame {
  readonly type: number
  readonly channel: number
  readonly payload: Buffer
}

export const methodFrame = 1
export const headerFrame = 2
export const bodyFrame = 3
export const heartbeatFrame = 8
const frameEnd = 0xce
const overhead = 8

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0)

  read(chunk: Buffer): Frame[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const frames: Frame[] = []
    let offset = 0
    while (bytes.length - offset >= overhead) {
      const size = bytes.readUInt32BE(offset + 3)
      if (bytes.length - offset < size + overhead) break
      const payload = bytes.subarray(offset + 7, offset + 7 + size)
      frames.push({ type: bytes[offset] as number, channel: bytes.readUInt16BE(offset + 1), payload })
      offset += size + overhead
    }
    this.#rest = bytes.subarray(offset)
    return frames
  }
}

export function frame(type: number, channel: number, payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(payload.length + overhead)
  bytes[0] = type
  bytes.writeUInt16BE(channel, 1)
  bytes.writeUInt32BE(payload.length, 3)
  payload.copy(bytes, 7)
  bytes[bytes.length - 1] = frameEnd
  return bytes
}

/** A method's frame: its class, its number, its arguments. */
export function method(channel: number, id: readonly [number, number], ...fields: readonly Buffer[]): Buffer {
  return frame(methodFrame, channel, Buffer.concat([uint16(id[0]), uint16(id[1]), ...fields]))
}

export function uint8(value: number): Buffer {
  return Buffer.from([value])
}

export function uint16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2)
  bytes.writeUInt16BE(value)
  return bytes
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export function uint64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

export function shortString(value: string): Buffer {
  return Buffer.concat([uint8(Buffer.byteLength(value)), Buffer.from(value)])
}

export function longString(value: string): Buffer {
  return Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(value)])
}

/** A table of strings. */
export function table(entries: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(entries).flatMap(([name, value]) => [
    shortString(name),
    Buffer.from('S'),
    longString(value),
  ])
  const bytes = Buffer.concat(parts)
  return Buffer.concat([uint32(bytes.length), bytes])
}

/** The short string at `offset`. */
export function readShortString(payload: Buffer, offset: number): string {
  const length = payload[offset] as number
  return payload.toString('utf8', offset + 1, offset + 1 + length)
}
