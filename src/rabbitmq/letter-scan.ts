import { setTimeout as sleep } from 'node:timers/promises'
import { EventBusError } from '../core/errors.ts'
import { settledBy } from '../core/settled.ts'
import { Acknowledger } from './acknowledger.ts'
import { type Channel, type Connection, explainReply, type Message, type OpenChannel } from './driver.ts'
import { withinLimit } from './within-limit.ts'

/** How long one question to the broker may take. */
const askLimitMs = 5_000
/** When nothing has come for so long, the broker is asked whether there is more. */
const quietMs = 300
const maxQuietRounds = 50
const maxEmptyRounds = 10
/** How long others who look at the queue, and may be about to put back what they have, are waited for at the start. */
const othersLimitMs = 2_000
const othersPollMs = 50
/** While others put back what they have, new ones come between: after so many it is enough. */
const maxNewcomers = 100
/** The same by time, for clocks that differ too much to tell the new from the old. */
const graceMs = 60_000

/**
 * Takes the messages of one queue in hand, one after the other, and at the end puts back, in their order, all that were
 * not acknowledged. If the process dies first, the broker does that. On a channel of its own, which no subscriber shares.
 */
export class LetterScan {
  /** How many there were at the start. */
  readonly total: number
  readonly #queue: string
  readonly #channel: Channel
  readonly #lost: Promise<Error>
  readonly #window: number
  readonly #othersAtStart: number
  readonly #acknowledger: Acknowledger
  readonly #arrived: Message[] = []
  #consumers = 0
  /** Handed out by the broker, and not acknowledged. */
  #held = 0
  #seen = 0
  readonly #startedAt = new Date().toISOString()
  #newcomers = 0
  #graceEnd: number | undefined
  #fault: EventBusError | undefined
  #wake: (() => void) | undefined

  private constructor(
    queue: string,
    { channel, lost }: OpenChannel,
    window: number,
    start: { messageCount: number; consumerCount: number },
  ) {
    this.#queue = queue
    this.#channel = channel
    this.#lost = lost
    this.#acknowledger = new Acknowledger(channel, window)
    this.#window = window
    this.total = start.messageCount
    this.#othersAtStart = start.consumerCount
  }

  /**
   * Of the messages that have come and were not asked for there are `window` at the most. `undefined` if there is no
   * such queue.
   */
  static async open(connection: Connection, queue: string, window: number): Promise<LetterScan | undefined> {
    const late = `The broker did not open a channel for '${queue}' within ${askLimitMs} ms`
    const opened = await withinLimit(connection.openChannel(), askLimitMs, late)
    const { channel, lost } = opened
    try {
      const start = await stateOf(channel, queue)
      await ask(channel.prefetch(window), queue)
      const scan = new LetterScan(queue, opened, window, start)
      void lost.then((reason) => scan.#end(explainReply(reason, `look through the queue '${queue}'`)))
      return scan
    } catch (error) {
      void channel.close().catch(() => {})
      const explained = explainReply(error, `look through the queue '${queue}'`)
      if (explained.code === 'TOPOLOGY_MISSING') return undefined
      throw explained
    }
  }

  /** Whether all that the queue holds was seen; else others have some of it in hand. */
  get isWhole(): boolean {
    return this.#othersAtStart === 0 && this.#seen >= this.total
  }

  /** The next message; `undefined` when all that were there at the start have been seen, or others have them in hand. */
  async next(): Promise<Message | undefined> {
    for (let quietRounds = 0; !this.#isOver;) {
      // What has come is back in the queue then.
      if (this.#fault) throw this.#fault
      const message = this.#arrived.shift()
      if (message && this.#isNewcomer(message)) this.#newcomers++
      else if (message) {
        this.#seen++
        return message
      } else if (this.#held >= this.#window * this.#consumers) await this.#consume()
      else if (!(await this.#arrival())) {
        if (await this.#isEmpty(++quietRounds)) return undefined
        if (quietRounds > maxQuietRounds) throw this.#silence()
      }
    }
    return undefined
  }

  /** On a channel that is lost, it goes back to the queue instead. */
  ack(message: Message): void {
    this.#held--
    this.#acknowledger.ack(message.fields.deliveryTag)
  }

  /**
   * Puts back what was not acknowledged. Not by nack: a quorum queue of 3.10 takes back more than 32 messages in any
   * order then, and those of a channel that ends in theirs.
   */
  async close(): Promise<void> {
    // A channel that is gone already has put back all.
    if (this.#fault) return
    const closed = this.#settleAcks().then(() => this.#channel.close())
    await settledBy(Promise.race([closed, this.#lost]), Date.now() + askLimitMs)
  }

  get #isOver(): boolean {
    if (this.#seen < this.total) return false
    // Else what others put back is waited for. A count of 0 may be out of date, after a restart of the broker.
    if (this.isWhole && this.total > 0) return true
    this.#graceEnd ??= Date.now() + graceMs
    return this.#newcomers >= maxNewcomers || Date.now() >= this.#graceEnd
  }

  /** When as many were seen as there were, the others are new, or old ones that somebody has put back. */
  #isNewcomer({ properties }: Message): boolean {
    const failedAt: unknown = properties.headers?.['event-bus-failed-at']
    return this.#seen >= this.total && typeof failedAt === 'string' && failedAt > this.#startedAt
  }

  /** A consumer has room for one window; what is held for long fills it, and the next one goes on. */
  async #consume(): Promise<void> {
    const onMessage = (message: Message | null): void => this.#came(message)
    const consumerTag = tagOf(this.#consumers)
    const consuming = this.#channel.consume(this.#queue, onMessage, { consumerTag })
    // What ends the channel says so itself.
    await ask(consuming, this.#queue).catch((error: unknown) => {
      throw this.#fault ?? explainReply(error, `consume from '${this.#queue}'`)
    })
    this.#consumers++
  }

  /**
   * The broker's channel has about 32 commands of its own under way to a quorum queue, keeps what is more, and forgets that
   * when it is closed: acknowledgements, too. A consumer is cancelled when all that is under way has been done; then
   * what was kept goes out, and a second one is cancelled when that has been done.
   */
  async #settleAcks(): Promise<void> {
    this.#acknowledger.flush()
    const consumers = Array.from({ length: this.#consumers }, (_, index) => tagOf(index))
    await Promise.all(consumers.map((tag) => this.#channel.cancel(tag)))
    if (consumers.length === 0) return
    await this.#channel.prefetch(1)
    const { consumerTag } = await this.#channel.consume(this.#queue, () => {}, { consumerTag: tagOf(consumers.length) })
    await this.#channel.cancel(consumerTag)
  }

  #came(message: Message | null): void {
    if (message === null)
      return this.#end(new EventBusError('TOPOLOGY_MISSING', `The queue '${this.#queue}' was deleted`))
    this.#arrived.push(message)
    this.#held++
    this.#wake?.()
  }

  #end(fault: EventBusError): void {
    this.#fault ??= fault
    this.#wake?.()
  }

  /** Waits for a message or the end of the channel; answers false when neither comes. */
  #arrival(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, quietMs, false)
      this.#wake = () => {
        clearTimeout(timer)
        resolve(true)
      }
    })
  }

  /**
   * Whether nothing will come any more: others have in hand what is missing, or had it and are gone. A broker that is
   * slow has some of it on its way here.
   */
  async #isEmpty(quietRounds: number): Promise<boolean> {
    try {
      const { messageCount, consumerCount } = await ask(this.#channel.checkQueue(this.#queue), this.#queue)
      if (messageCount > 0) return false
      return this.#seen >= this.total || consumerCount > this.#consumers || quietRounds >= maxEmptyRounds
    } catch (error) {
      throw this.#fault ?? explainReply(error, `look through the queue '${this.#queue}'`)
    }
  }

  #silence(): EventBusError {
    return new EventBusError('BROKER_TIMEOUT', `The broker hands out nothing of what is in the queue '${this.#queue}'`)
  }
}

/** What the consumers of a channel hold is put back in the order of their names. */
function tagOf(index: number): string {
  return `letters-${String(index).padStart(6, '0')}`
}

/** What is in the queue, when nobody else looks at it any more, or will not stop looking. */
async function stateOf(channel: Channel, queue: string): Promise<{ messageCount: number; consumerCount: number }> {
  const deadline = Date.now() + othersLimitMs
  for (;;) {
    const state = await ask(channel.checkQueue(queue), queue)
    if (state.consumerCount === 0 || Date.now() >= deadline) return state
    await sleep(othersPollMs)
  }
}

function ask<T>(answer: PromiseLike<T>, queue: string): Promise<T> {
  const late = `The broker did not answer within ${askLimitMs} ms. Is the queue '${queue}' without a leader?`
  return withinLimit(Promise.resolve(answer), askLimitMs, late)
}
