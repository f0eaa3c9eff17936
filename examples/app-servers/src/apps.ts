import { JsonDirectory } from './json-directory.ts'
import { Refusal } from './refusal.ts'

/** What is asked for in an installation. */
export interface AppOrder {
  readonly appId: string
  readonly appName: string
  readonly version: string
}

/** An app that is installed. */
export interface App extends AppOrder {
  readonly installedAt: string
  /** The id of the `app.installed` event: the same however often it is published, so that nobody counts it twice. */
  readonly eventId: string
}

/** The apps that are installed, shared by all servers: the truth that the servers' lists are copies of. */
export class Apps {
  readonly #directory: JsonDirectory<App>

  constructor(folder: string) {
    this.#directory = new JsonDirectory(folder)
  }

  async list(): Promise<App[]> {
    return [...(await this.#directory.readAll()).values()]
  }

  async has(appId: string): Promise<boolean> {
    return (await this.#directory.read(appId)) !== undefined
  }

  /** Adds the app; answers the one that is installed, which is an earlier one if the same was added before. */
  async add(app: App): Promise<App> {
    if (await this.#directory.create(app.appId, app)) return app
    const installed = await this.#directory.read(app.appId)
    if (installed?.appName === app.appName && installed.version === app.version) return installed
    throw new Refusal('conflict', `The app '${app.appId}' is installed in another version or under another name`)
  }

  async remove(appId: string): Promise<void> {
    await this.#directory.remove(appId)
  }
}
