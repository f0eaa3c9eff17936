import type { ListSettings } from './dead-letter-options.ts'
import type { DeadLetterInfo, DeadLetterPage } from './dead-letters.ts'

interface Entry {
  readonly key: string
  readonly letter: DeadLetterInfo
}

/**
 * Makes one page, oldest first, of letters that come in any order: what was put back may come before what is older. Keeps
 * no more than the page, twice over.
 */
export class DeadLetterPager {
  readonly #settings: ListSettings
  #entries: Entry[] = []
  #total = 0
  #isCut = false

  constructor(settings: ListSettings) {
    this.#settings = settings
  }

  add(letter: DeadLetterInfo): void {
    if (!this.#settings.matcher.matches(letter)) return
    this.#total++
    const key = pageKeyOf(letter)
    const { after, limit } = this.#settings
    if (after !== undefined && key <= after) return
    this.#entries.push({ key, letter })
    if (this.#entries.length > 2 * limit) this.#cut()
  }

  page(): DeadLetterPage {
    this.#cut()
    const last = this.#entries.at(-1)
    return {
      letters: this.#entries.map(({ letter }) => letter),
      total: this.#total,
      next: this.#isCut ? last?.key : undefined,
    }
  }

  #cut(): void {
    const { limit } = this.#settings
    this.#entries.sort((one, other) => (one.key < other.key ? -1 : 1))
    if (this.#entries.length <= limit) return
    this.#isCut = true
    this.#entries.length = limit
  }
}

/** Where a letter stands among the others. Times in RFC 3339 sort as they are. */
export function pageKeyOf({ failedAt, id }: DeadLetterInfo): string {
  return `${failedAt ?? ''}~${id}`
}
