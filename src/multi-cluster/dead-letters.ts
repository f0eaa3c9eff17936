import type { DiscardSettings, LetterMatcher, ListSettings, RedriveSettings } from '../core/dead-letter-options.ts'
import { DeadLetterPager, pageKeyOf } from '../core/dead-letter-pager.ts'
import type {
  DeadLetterInfo,
  DeadLetterPage,
  DeadLetterProgress,
  DiscardReport,
  RedriveReport,
} from '../core/dead-letters.ts'
import type { DeadLetterStore } from '../core/transport.ts'
import type { Cluster } from './cluster.ts'

/**
 * The dead letters of all clusters as one. The ids end in `@` and the name of the cluster. What one cluster cannot answer
 * is an error: a part that looks like the whole would be worse; `bus.cluster(name)` has those of one.
 */
export class ClustersDeadLetters implements DeadLetterStore {
  readonly #clusters: readonly Cluster[]

  constructor(clusters: readonly Cluster[]) {
    this.#clusters = clusters
  }

  async count(): Promise<number> {
    const counts = await Promise.all(this.#clusters.map(({ session }) => session.deadLetters.count()))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  async list(settings: ListSettings): Promise<DeadLetterPage> {
    const pages = await Promise.all(this.#clusters.map((cluster) => listAt(cluster, settings)))
    const pager = new DeadLetterPager(settings)
    for (const letter of pages.flatMap(({ letters }) => letters)) pager.add(letter)
    const { letters, next } = pager.page()
    const last = letters.at(-1)
    return {
      letters,
      total: pages.reduce((sum, { total }) => sum + total, 0),
      next: next ?? (last && pages.some((page) => page.next !== undefined) ? pageKeyOf(last) : undefined),
    }
  }

  async redrive(settings: RedriveSettings): Promise<RedriveReport> {
    const reports = await this.#inTurn(settings, (store, part) => store.redrive({ ...settings, ...part }))
    return {
      redriven: sum(reports, ({ report }) => report.redriven),
      failures: reports.flatMap(({ cluster, report }) =>
        report.failures.map((failure) => ({ ...failure, id: idAt(cluster, failure.id) })),
      ),
      left: sum(reports, ({ report }) => report.left),
      missing: this.#missing(settings, reports),
    }
  }

  async discard(settings: DiscardSettings): Promise<DiscardReport> {
    const reports = await this.#inTurn(settings, (store, part) => store.discard({ ...settings, ...part }))
    return { discarded: sum(reports, ({ report }) => report.discarded), missing: this.#missing(settings, reports) }
  }

  /** One cluster after the other, with the progress of all. */
  async #inTurn<R>(
    { matcher, onProgress, signal }: DiscardSettings,
    run: (store: DeadLetterStore, part: Pick<DiscardSettings, 'matcher' | 'onProgress'>) => Promise<R>,
  ): Promise<{ cluster: Cluster; report: R }[]> {
    const reports: { cluster: Cluster; report: R }[] = []
    let before: DeadLetterProgress = { looked: 0, total: 0, done: 0, failed: 0 }
    for (const cluster of this.#clusters) {
      if (signal?.aborted) break
      let latest = before
      const tell = (progress: DeadLetterProgress): void => onProgress((latest = plus(before, progress)))
      const part = { matcher: matcherAt(cluster, matcher), onProgress: tell }
      reports.push({ cluster, report: await run(cluster.session.deadLetters, part) })
      before = latest
    }
    return reports
  }

  /** Of the ids that were asked for, those that their cluster does not have, and those of no cluster. */
  #missing(
    { matcher }: DiscardSettings,
    reports: readonly { cluster: Cluster; report: { readonly missing: readonly string[] } }[],
  ): string[] {
    const missing = reports.flatMap(({ cluster, report }) => report.missing.map((id) => idAt(cluster, id)))
    const nowhere = [...(matcher.ids ?? [])].filter((id) => !this.#clusters.some((cluster) => isAt(cluster, id)))
    return [...missing, ...nowhere]
  }
}

async function listAt(cluster: Cluster, settings: ListSettings): Promise<DeadLetterPage> {
  const page = await cluster.session.deadLetters.list({ ...settings, matcher: matcherAt(cluster, settings.matcher) })
  return { ...page, letters: page.letters.map((letter) => letterAt(cluster, letter)) }
}

/** The same choice, as the one cluster knows its letters. */
function matcherAt(cluster: Cluster, matcher: LetterMatcher): LetterMatcher {
  const { ids } = matcher
  const own = ids && [...ids].filter((id) => isAt(cluster, id)).map((id) => id.slice(0, -cluster.name.length - 1))
  return { ids: own && new Set(own), matches: (letter) => matcher.matches(letterAt(cluster, letter)) }
}

function letterAt(cluster: Cluster, letter: DeadLetterInfo): DeadLetterInfo {
  return { ...letter, id: idAt(cluster, letter.id) }
}

function idAt({ name }: Cluster, id: string): string {
  return `${id}@${name}`
}

function isAt({ name }: Cluster, id: string): boolean {
  return id.endsWith(`@${name}`)
}

function plus(one: DeadLetterProgress, other: DeadLetterProgress): DeadLetterProgress {
  return {
    looked: one.looked + other.looked,
    total: one.total + other.total,
    done: one.done + other.done,
    failed: one.failed + other.failed,
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
