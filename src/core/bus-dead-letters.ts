import { callBack } from './callback.ts'
import { resolveDiscardOptions, resolveListOptions, resolveRedriveOptions } from './dead-letter-options.ts'
import type {
  DeadLetterChoice,
  DeadLetterPage,
  DeadLetterProgress,
  DeadLetters,
  DiscardOptions,
  DiscardReport,
  DeadLetterListOptions,
  RedriveOptions,
  RedriveReport,
} from './dead-letters.ts'
import type { Logger } from './logger.ts'
import type { DeadLetterStore } from './transport.ts'

/** The dead letters as a bus offers them: options are checked here, the transport acts. */
export class BusDeadLetters implements DeadLetters {
  readonly #store: DeadLetterStore
  readonly #logger: Logger
  readonly #assertOpen: (what: string) => void

  /** `assertOpen` throws when the bus is closed. */
  constructor(store: DeadLetterStore, logger: Logger, assertOpen: (what: string) => void) {
    this.#store = store
    this.#logger = logger
    this.#assertOpen = assertOpen
  }

  async count(): Promise<number> {
    this.#assertOpen('count dead letters')
    return this.#store.count()
  }

  async list(options?: DeadLetterListOptions): Promise<DeadLetterPage> {
    this.#assertOpen('list dead letters')
    return this.#store.list(resolveListOptions(options))
  }

  async redrive(choice: DeadLetterChoice, options?: RedriveOptions): Promise<RedriveReport> {
    this.#assertOpen('redrive dead letters')
    const settings = resolveRedriveOptions(choice, options)
    return this.#store.redrive({ ...settings, onProgress: this.#guarded(settings.onProgress) })
  }

  async discard(choice: DeadLetterChoice, options?: DiscardOptions): Promise<DiscardReport> {
    this.#assertOpen('discard dead letters')
    const settings = resolveDiscardOptions(choice, options)
    return this.#store.discard({ ...settings, onProgress: this.#guarded(settings.onProgress) })
  }

  /** Whoever looks on cannot break the run. */
  #guarded(listener: (progress: DeadLetterProgress) => void): (progress: DeadLetterProgress) => void {
    const failed = (err: unknown): void => this.#logger.error({ err }, 'onProgress threw an error')
    return (progress) => callBack(() => listener(progress), failed)
  }
}
