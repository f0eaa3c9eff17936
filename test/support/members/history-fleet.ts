import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { sqliteStore } from '../../../src/store/sqlite/index.ts'
import { removeTopologyOf } from '../rabbitmq/topology.ts'
import { waitFor } from '../wait-for.ts'
import type { HistoryCommand, HistoryOrders, HistoryReport } from './history-member.ts'

const program = fileURLToPath(new URL('history-member.ts', import.meta.url))

/** One line of the reader's journal. */
export interface Handled {
  readonly id: string
  readonly position: number
  readonly attempt: number
  readonly at: number
}

/** Two publishers, two recorders and a reader, each a process of its own, and a SQLite file. */
export class HistoryFleet {
  readonly #url: string
  readonly #concurrency: number
  readonly #exchange = `test.history.${randomUUID().slice(0, 8)}`
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'eventbus-history-'))
  readonly #children = new Map<string, ChildProcess>()
  readonly #reports = new Map<string, Map<string, HistoryReport>>()
  readonly faults: string[] = []

  constructor(url: string, concurrency: number) {
    this.#url = url
    this.#concurrency = concurrency
  }

  async start(name: string, role: HistoryOrders['role']): Promise<void> {
    const orders: HistoryOrders = {
      role,
      instance: name,
      url: this.#url,
      exchange: this.#exchange,
      file: path.join(this.#folder, 'events.db'),
      journal: path.join(this.#folder, 'journal'),
      concurrency: this.#concurrency,
    }
    const child = fork(program, [JSON.stringify(orders)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    const reports = new Map<string, HistoryReport>()
    this.#children.set(name, child)
    this.#reports.set(name, reports)
    child.on('message', (report: HistoryReport) => {
      reports.set(report.kind, report)
      if (report.kind === 'fault') this.faults.push(`${name}: ${report.message}`)
    })
    await waitFor(() => reports.has('ready'), { timeoutMs: 60_000, message: `${name} ready` })
  }

  tell(name: string, command: HistoryCommand): void {
    this.#children.get(name)?.send(command)
  }

  /** `kill -9`; answers when, in milliseconds. */
  async kill(name: string): Promise<number> {
    const child = this.#children.get(name) as ChildProcess
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    return Date.now()
  }

  async close(name: string): Promise<void> {
    const child = this.#children.get(name) as ChildProcess
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    this.tell(name, 'close')
    await exited
  }

  /** Ends publishing; answers the ids of all that was confirmed. */
  async finish(...publishers: readonly string[]): Promise<string[]> {
    for (const name of publishers) this.tell(name, 'finish')
    const all = publishers.map((name) =>
      waitFor(() => this.#reports.get(name)?.get('published') as { ids: string[] } | undefined, {
        timeoutMs: 60_000,
        message: `${name} has published`,
      }),
    )
    return (await Promise.all(all)).flatMap(({ ids }) => ids)
  }

  /** What the reader has handled, in that order. */
  get handled(): Handled[] {
    const file = path.join(this.#folder, 'journal')
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
    return lines.map((line) => {
      const [id = '', position, attempt, at] = line.split(' ')
      return { id, position: Number(position), attempt: Number(attempt), at: Number(at) }
    })
  }

  async handledMore(count: number): Promise<void> {
    const goal = this.handled.length + count
    await waitFor(() => this.handled.length >= goal, { timeoutMs: 60_000, message: `${goal} handled` })
  }

  /** Waits until the reader has had all of these. */
  async handledAll(ids: readonly string[]): Promise<void> {
    const left = (): number => {
      const seen = new Set(this.handled.map(({ id }) => id))
      return ids.filter((id) => !seen.has(id)).length
    }
    await waitFor(() => left() === 0, { timeoutMs: 60_000, message: 'every published event handled' })
  }

  /** The ids in the store, in order. */
  async recorded(): Promise<string[]> {
    const store = sqliteStore({ file: path.join(this.#folder, 'events.db') })
    const ids = (await Array.fromAsync(store.read({ pattern: 'work.#' }))).map(({ event }) => event.id)
    await store.close()
    return ids
  }

  async end(): Promise<void> {
    for (const child of this.#children.values()) child.kill('SIGKILL')
    const names = [...this.#children.keys()].map((name) => `instance:${name}`)
    const queues = [...names, 'group:event-recorder:#'].map((name) => `${this.#exchange}:${name}`)
    await removeTopologyOf(this.#url, this.#exchange, queues)
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
