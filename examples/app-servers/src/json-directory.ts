import { randomUUID } from 'node:crypto'
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { isSafeName } from './safe-name.ts'

/** A directory of JSON files that several processes share, in place of a database: a reader sees a whole file or none. */
export class JsonDirectory<T> {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async read(name: string): Promise<T | undefined> {
    const text = await unlessMissing(readFile(this.#fileOf(name), 'utf8'))
    return text === undefined ? undefined : (JSON.parse(text) as T)
  }

  /** By name, in the order of the names. What is removed meanwhile may be left out. */
  async readAll(): Promise<Map<string, T>> {
    const files = (await unlessMissing(readdir(this.#folder))) ?? []
    const names = files.filter((file) => /^[^.].*\.json$/.test(file)).map((file) => path.basename(file, '.json'))
    const values = await Promise.all(names.sort().map((name) => this.read(name)))
    return new Map(names.flatMap((name, index) => (values[index] === undefined ? [] : [[name, values[index]]])))
  }

  /** Writes the file, in place of the one that is there. */
  async write(name: string, value: T): Promise<void> {
    await this.#prepare(value, (draft) => rename(draft, this.#fileOf(name)))
  }

  /** Writes the file unless there is one; of several processes that try, one succeeds. Answers whether this one did. */
  async create(name: string, value: T): Promise<boolean> {
    try {
      await this.#prepare(value, (draft) => link(draft, this.#fileOf(name)))
      return true
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    }
  }

  async remove(name: string): Promise<void> {
    await rm(this.#fileOf(name), { force: true })
  }

  /** The file gets its name when it is complete. */
  async #prepare(value: T, giveName: (draft: string) => Promise<void>): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const draft = path.join(this.#folder, `.${randomUUID()}`)
    try {
      await writeFile(draft, `${JSON.stringify(value)}\n`)
      await giveName(draft)
    } finally {
      await rm(draft, { force: true })
    }
  }

  #fileOf(name: string): string {
    if (!isSafeName(name)) throw new Error(`${JSON.stringify(name)} cannot name a file`)
    return path.join(this.#folder, `${name}.json`)
  }
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
