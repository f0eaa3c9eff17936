/**
 * A broker that does nothing, to find the price of a client without that of a broker: it shakes hands, agrees to every
 * declaration, confirms what it gets, keeps the last message, and hands that out as often as it is told, as new ones.
 * A child process: sends `{ port }` when it listens; `{ deliver: n }` makes it hand out n messages in all,
 * `{ mute: true }` makes it stop reading.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net'
import {
  bodyFrame,
  type Frame,
  frame,
  FrameReader,
  headerFrame,
  heartbeatFrame,
  longString,
  method,
  methodFrame,
  readShortString,
  shortString,
  table,
  uint16,
  uint32,
  uint64,
  uint8,
} from './frames.ts'

interface Consumer {
  readonly tag: string
  readonly prefetch: number
  unacknowledged: number
}

/** What was published last: its properties and its body, and where in each the last digits of its id stand. */
interface Canned {
  header: Buffer
  body: Buffer
}

const protocolHeaderLength = 8
const connectionClass = 10
const channelClass = 20
const basic = 60
/** What is not listed is answered by the method whose number is one more, without arguments. */
const emptyAnswers = new Set(['10.50', '40.10', '40.20', '40.30', '50.20', '50.50', '60.10', '85.10'])

let canned: Canned | undefined
let toDeliver = 0
let made = 0
const clients = new Set<Client>()

/** One connection. */
class Client {
  readonly #socket: Socket
  readonly #reader = new FrameReader()
  readonly #channels = new Map<number, Channel>()
  #hasGreeted = false
  #heart: NodeJS.Timeout | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      clearInterval(this.#heart)
      clients.delete(this)
    })
  }

  /** From here on nothing is read. */
  mute(): void {
    this.#socket.pause()
  }

  deliver(): void {
    const frames = [...this.#channels].flatMap(([number, channel]) => channel.deliveries(number))
    if (frames.length > 0) this.#socket.write(Buffer.concat(frames))
  }

  #read(chunk: Buffer): void {
    let bytes = chunk
    if (!this.#hasGreeted) {
      this.#hasGreeted = true
      bytes = chunk.subarray(protocolHeaderLength)
      this.#socket.write(start())
    }
    const answers: Buffer[] = []
    for (const one of this.#reader.read(bytes)) this.#take(one, answers)
    for (const [number, channel] of this.#channels) answers.push(...channel.confirms(number))
    if (answers.length > 0) this.#socket.write(Buffer.concat(answers))
    this.deliver()
  }

  #take({ type, channel, payload }: Frame, answers: Buffer[]): void {
    if (type === methodFrame) this.#takeMethod(channel, payload, answers)
    else if (type === headerFrame) this.#channel(channel).header = payload
    else if (type === bodyFrame) this.#channel(channel).published(payload)
  }

  #takeMethod(number: number, payload: Buffer, answers: Buffer[]): void {
    const [classId, id] = [payload.readUInt16BE(0), payload.readUInt16BE(2)]
    const answer = (...fields: Buffer[]): void => void answers.push(method(number, [classId, id + 1], ...fields))
    const channel = this.#channel(number)
    const name = `${classId}.${id}`
    if (emptyAnswers.has(name)) {
      if (name === '60.10') channel.prefetch = payload.readUInt16BE(8)
      answer()
    } else if (classId === connectionClass && id === 11) answers.push(tune())
    else if (name === '10.40') this.#open(answer)
    else if (name === '20.10') answer(longString(''))
    else if (classId === channelClass && id === 40) {
      this.#channels.delete(number)
      answer()
    } else if (name === '50.10') answer(shortString(readShortString(payload, 6)), uint32(0), uint32(1))
    else if (name === '50.40') answer(uint32(0))
    else if (classId === basic) this.#takeBasic(channel, id, payload, answer)
  }

  /** Clients understand no heartbeat before this. */
  #open(answer: (...fields: Buffer[]) => void): void {
    answer(shortString(''))
    this.#heart = setInterval(() => this.#socket.write(frame(heartbeatFrame, 0, Buffer.alloc(0))), 3_000)
  }

  #takeBasic(channel: Channel, id: number, payload: Buffer, answer: (...fields: Buffer[]) => void): void {
    if (id === 20) {
      const queue = readShortString(payload, 6)
      const tag = readShortString(payload, 7 + Buffer.byteLength(queue))
      if (!queue.endsWith(':scheduled')) channel.consumers.push({ tag, prefetch: channel.prefetch, unacknowledged: 0 })
      answer(shortString(tag))
    } else if (id === 30) {
      const tag = readShortString(payload, 4)
      channel.consumers = channel.consumers.filter((consumer) => consumer.tag !== tag)
      answer(shortString(tag))
    } else if (id === 80) channel.acknowledged(Number(payload.readBigUInt64BE(4)), (payload[12] as number) === 1)
  }

  #channel(number: number): Channel {
    const known = this.#channels.get(number)
    if (known) return known
    const channel = new Channel()
    this.#channels.set(number, channel)
    return channel
  }
}

class Channel {
  prefetch = 0
  consumers: Consumer[] = []
  header: Buffer = Buffer.alloc(0)
  #publishedCount = 0
  #confirmedCount = 0
  #deliveryTag = 0
  /** In the order of their tags. */
  #unacknowledged: { readonly tag: number; readonly consumer: Consumer }[] = []

  published(body: Buffer): void {
    this.#publishedCount++
    canned = { header: this.header, body }
  }

  confirms(number: number): Buffer[] {
    if (this.#publishedCount === this.#confirmedCount) return []
    this.#confirmedCount = this.#publishedCount
    return [method(number, [basic, 80], uint64(this.#confirmedCount), uint8(1))]
  }

  acknowledged(tag: number, multiple: boolean): void {
    const isMeant = (one: { tag: number }): boolean => (multiple ? one.tag <= tag : one.tag === tag)
    const at = this.#unacknowledged.findIndex((one) => one.tag === tag)
    const settled = multiple ? this.#unacknowledged.splice(0, at + 1) : this.#unacknowledged.splice(at, at < 0 ? 0 : 1)
    for (const one of settled) if (isMeant(one)) one.consumer.unacknowledged--
  }

  deliveries(number: number): Buffer[] {
    const frames: Buffer[] = []
    const consumer = this.consumers.at(-1)
    if (!consumer || !canned) return frames
    while (toDeliver > 0 && consumer.unacknowledged < consumer.prefetch) {
      toDeliver--
      consumer.unacknowledged++
      const tag = ++this.#deliveryTag
      this.#unacknowledged.push({ tag, consumer })
      const { header, body } = renewed(canned)
      const fields = [
        shortString(consumer.tag),
        uint64(tag),
        uint8(0),
        shortString('bench'),
        shortString('bench.event'),
      ]
      frames.push(
        method(number, [basic, 60], ...fields),
        frame(headerFrame, number, header),
        frame(bodyFrame, number, body),
      )
    }
    return frames
  }
}

/** The same message under another id, if it has one: the last twelve digits of a UUID. */
function renewed({ header, body }: Canned): Canned {
  const id = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/.exec(body.toString('latin1', 0, 200))
  if (!id) return { header, body }
  const old = Buffer.from(id[0].slice(-12))
  const next = Buffer.from((++made).toString(16).padStart(12, '0'))
  return { header: replaced(header, old, next), body: replaced(body, old, next) }
}

function replaced(bytes: Buffer, old: Buffer, next: Buffer): Buffer {
  const at = bytes.indexOf(old)
  if (at < 0) return bytes
  const copy = Buffer.from(bytes)
  next.copy(copy, at)
  return copy
}

function start(): Buffer {
  const properties = table({ product: 'null broker', version: '3.13.0', platform: 'none' })
  return method(0, [10, 10], uint8(0), uint8(9), properties, longString('PLAIN'), longString('en_US'))
}

function tune(): Buffer {
  return method(0, [10, 30], uint16(2047), uint32(131_072), uint16(0))
}

const server = createServer((socket) => clients.add(new Client(socket)))
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('message', ({ deliver, mute }: { deliver?: number; mute?: true }) => {
  toDeliver = deliver ?? toDeliver
  for (const client of clients) {
    if (mute) client.mute()
    else client.deliver()
  }
})
process.on('disconnect', () => process.exit())
