import { DeadLetterPager } from '../core/dead-letter-pager.ts'
import type { DiscardSettings, ListSettings, RedriveSettings } from '../core/dead-letter-options.ts'
import { DeadLetterRun } from '../core/dead-letter-run.ts'
import type { DeadLetterInfo, DeadLetterPage, DiscardReport, RedriveReport } from '../core/dead-letters.ts'
import { EventBusError } from '../core/errors.ts'
import { newEventId } from '../core/event-id.ts'
import { Limiter } from '../core/limiter.ts'
import { Pace } from '../core/pace.ts'
import type { DeadLetterStore } from '../core/transport.ts'
import { backoffMs, pause } from '../core/backoff.ts'
import type { ConnectionManager } from './connection-manager.ts'
import { type Connection, explainReply, type Message, replyCode } from './driver.ts'
import { isRedrivenBy, readLetter, redriveProperties } from './letter.ts'
import { LetterScan } from './letter-scan.ts'
import type { Names } from './names.ts'
import type { Publisher } from './publisher.ts'
import { withinLimit } from './within-limit.ts'
import { onScratchChannel } from './scratch-channel.ts'

const connectLimitMs = 10_000
const confirmLimitMs = 30_000
/** Bodies that wait here: few while they wait for confirms and their turn, more where each is over at once. */
const redriveWindow = 500
const lookWindow = 2_000
const maxLooks = 5
const lookAgain = { minMs: 200, maxMs: 2_000 }
const never: AbortSignal = new AbortController().signal

/** The caller wants no more: what was done is its result. */
const cutShort = Symbol('cut short')

/** The broker has something against the one letter; the next may well go. */
const faultsOfLetters: readonly string[] = ['PUBLISH_UNROUTABLE', 'PUBLISH_REFUSED', 'EVENT_TOO_LARGE']

/** What a run does with one letter that is meant. Resolves when it has begun; what it goes on with is in the set. */
type Act = (message: Message, letter: DeadLetterInfo, work: Work) => void | Promise<void>

interface Work {
  readonly run: DeadLetterRun
  readonly scan: LetterScan
  /** Ends the run: the caller's signal, the end of the bus, or a fault. */
  readonly stop: AbortController
  readonly inFlight: Set<Promise<void>>
}

/**
 * The dead letters of one exchange. Looking at letters is taking them in hand and putting them back, on a channel of the
 * consuming connection; the copies of a redrive leave on the publishing one.
 */
export class RabbitmqDeadLetters implements DeadLetterStore {
  readonly #consuming: ConnectionManager
  readonly #publisher: Publisher
  readonly #names: Names
  readonly #running = new Set<AbortController>()
  /** One look at a time: those of one bus need not get in each other's way. */
  #lastLook: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(consuming: ConnectionManager, publisher: Publisher, names: Names) {
    this.#consuming = consuming
    this.#publisher = publisher
    this.#names = names
  }

  async count(): Promise<number> {
    const connection = await this.#connection()
    try {
      const { messageCount } = await onScratchChannel(connection, (channel) => channel.checkQueue(this.#queue))
      return messageCount
    } catch (error) {
      if (replyCode(error) === 404) return 0
      throw explainReply(error, `count the messages of '${this.#queue}'`)
    }
  }

  /** Looking is taking in hand: two who look at the same time see a part each, and so both look again. */
  list(settings: ListSettings): Promise<DeadLetterPage> {
    const look = async (): Promise<DeadLetterPage> => {
      for (let attempt = 1; ; attempt++) {
        const { page, isWhole } = await this.#look(settings)
        if (isWhole || attempt === maxLooks) return page
        await pause(backoffMs(attempt, lookAgain), never)
      }
    }
    const looked = this.#lastLook.then(look)
    this.#lastLook = looked.catch(() => {})
    return looked
  }

  async redrive(settings: RedriveSettings): Promise<RedriveReport> {
    const runId = newEventId()
    const pace = new Pace(settings.ratePerSecond)
    const limiter = new Limiter(redriveWindow)
    const run = await this.#walk(settings, redriveWindow, runId, async (message, letter, work) => {
      await pace.turn(work.stop.signal)
      await limiter.enter()
      if (work.stop.signal.aborted) return
      const sent = this.#redrive(message, letter, runId, work).finally(() => {
        work.inFlight.delete(sent)
        limiter.leave()
      })
      work.inFlight.add(sent)
    })
    return run.redriveReport
  }

  async discard(settings: DiscardSettings): Promise<DiscardReport> {
    const run = await this.#walk(settings, lookWindow, newEventId(), (message, _letter, { run, scan }) => {
      scan.ack(message)
      run.done()
    })
    return run.discardReport
  }

  /** Ends what is running: it puts back what it has in hand. */
  close(): void {
    this.#isClosed = true
    for (const stop of this.#running) stop.abort(closedError())
  }

  get #queue(): string {
    return this.#names.deadLetters
  }

  async #look(settings: ListSettings): Promise<{ page: DeadLetterPage; isWhole: boolean }> {
    const pager = new DeadLetterPager(settings)
    const scan = await LetterScan.open(await this.#connection(), this.#queue, lookWindow)
    if (!scan) return { page: pager.page(), isWhole: true }
    try {
      for (let message = await scan.next(); message; message = await scan.next()) {
        pager.add(readLetter(message, this.#names))
      }
      return { page: pager.page(), isWhole: scan.isWhole }
    } finally {
      await scan.close()
    }
  }

  async #walk(settings: DiscardSettings, window: number, runId: string, act: Act): Promise<DeadLetterRun> {
    const scan = await LetterScan.open(await this.#connection(), this.#queue, window)
    const run = new DeadLetterRun(settings, scan?.total ?? 0)
    if (!scan) return run
    const stop = new AbortController()
    const work: Work = { run, scan, stop, inFlight: new Set() }
    const abort = (): void => stop.abort(cutShort)
    settings.signal?.addEventListener('abort', abort, { once: true })
    if (settings.signal?.aborted) abort()
    this.#running.add(stop)
    try {
      await this.#walkThrough(work, runId, act)
    } finally {
      settings.signal?.removeEventListener('abort', abort)
      this.#running.delete(stop)
      await Promise.all(work.inFlight)
      await scan.close()
    }
    if (stop.signal.aborted && stop.signal.reason !== cutShort) throw stop.signal.reason
    return run
  }

  async #walkThrough(work: Work, runId: string, act: Act): Promise<void> {
    const { run, scan, stop } = work
    while (!run.isComplete && !stop.signal.aborted) {
      const message = await scan.next()
      if (!message) return
      if (stop.signal.aborted || isRedrivenBy(message, runId)) continue
      const letter = readLetter(message, this.#names)
      if (run.looksAt(letter)) await act(message, letter, work)
    }
  }

  /** The letter goes when its copy is confirmed; if this process dies in between, it stays and can be redriven again. */
  async #redrive(message: Message, letter: DeadLetterInfo, runId: string, { run, scan, stop }: Work): Promise<void> {
    const copy = {
      exchange: '',
      routingKey: letter.queue,
      body: message.content,
      properties: redriveProperties(message, letter, runId),
      what: `the dead letter '${letter.id}' to the queue '${letter.queue}'`,
    }
    try {
      await this.#publisher.send(copy, { timeoutMs: confirmLimitMs })
      scan.ack(message)
      run.done()
    } catch (error) {
      const fault = error as EventBusError
      if (faultsOfLetters.includes(fault.code)) run.failed(letter, fault)
      else stop.abort(fault)
    }
  }

  async #connection(): Promise<Connection> {
    if (this.#isClosed) throw closedError()
    const { state } = this.#consuming
    if (state.name === 'refused') throw state.cause
    const why = 'cause' in state && state.cause ? `: ${state.cause.message}` : ''
    const late = `There was no connection to the broker within ${connectLimitMs} ms${why}`
    return withinLimit(this.#consuming.opened(), connectLimitMs, late)
  }
}

function closedError(): EventBusError {
  return new EventBusError('BUS_CLOSED', 'The bus was closed; the dead letters that are left are where they were')
}
