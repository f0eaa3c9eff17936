/** One publish whose confirm is awaited. */
interface Expected {
  confirmed(): void
  failed(): void
}

interface Place<T> {
  readonly item: T
  state: 'awaited' | 'confirmed' | 'over'
}

/** For so long a late confirm holds up those of what was published behind it. */
const patienceMs = 1_000
const minTidyLength = 1_024

/**
 * Passes on what was confirmed, in the order in which it was published: the confirms of a broker come in another, and
 * history should read as what subscribers have seen. What is confirmed much later than the rest is passed on behind it.
 */
export class PublishOrder<T> {
  readonly #passOn: (item: T) => void
  /** In the order of publishing. */
  #places: Place<T>[] = []
  /** Where those begin that are not over. */
  #head = 0
  #held = 0
  #timer: NodeJS.Timeout | undefined

  constructor(passOn: (item: T) => void) {
    this.#passOn = passOn
  }

  /** How many are confirmed and wait for one that was published before them. */
  get held(): number {
    return this.#held
  }

  expect(item: T): Expected {
    const place: Place<T> = { item, state: 'awaited' }
    this.#places.push(place)
    return {
      confirmed: () => {
        place.state = 'confirmed'
        this.#held++
        this.#passOnFirst()
      },
      failed: () => {
        place.state = 'over'
        this.#passOnFirst()
      },
    }
  }

  /** Passes on all that is confirmed, whatever it waits for. */
  release(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const place of this.#places) if (place.state === 'confirmed') this.#pass(place)
    this.#tidy()
  }

  #passOnFirst(): void {
    let place = this.#places[this.#head]
    for (; place && place.state !== 'awaited'; place = this.#places[++this.#head]) {
      if (place.state === 'confirmed') this.#pass(place)
    }
    if (this.#head >= minTidyLength && this.#head * 2 >= this.#places.length) this.#tidy()
    if (this.#held > 0) this.#timer ??= setTimeout(() => this.release(), patienceMs)
  }

  #pass(place: Place<T>): void {
    place.state = 'over'
    this.#held--
    this.#passOn(place.item)
  }

  #tidy(): void {
    this.#places = this.#places.filter(({ state }) => state !== 'over')
    this.#head = 0
  }
}
