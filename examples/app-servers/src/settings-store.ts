import path from 'node:path'
import { JsonDirectory } from './json-directory.ts'

/** The settings of one app, by key. */
export type Settings = Readonly<Record<string, unknown>>

/** The settings of all apps, shared by all servers. A file for each key: two servers can change two keys at once. */
export class SettingsStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async read(appId: string): Promise<Settings> {
    return Object.fromEntries(await this.#of(appId).readAll())
  }

  async write(appId: string, key: string, value: unknown): Promise<void> {
    await this.#of(appId).write(key, value)
  }

  /** Removes all settings of the app; answers their keys. */
  async remove(appId: string): Promise<string[]> {
    const keys = Object.keys(await this.read(appId))
    await Promise.all(keys.map((key) => this.#of(appId).remove(key)))
    return keys
  }

  #of(appId: string): JsonDirectory<unknown> {
    return new JsonDirectory(path.join(this.#folder, appId))
  }
}
