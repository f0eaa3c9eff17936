import { randomUUID } from 'node:crypto'
import type { EventBus } from '@appserver/event-bus'
import {
  appInstalled,
  type AppServerEvents,
  appUninstalled,
  orchestrationInstallCompleted,
  orchestrationInstallFailed,
  orchestrationInstallStarted,
  settingsDeleted,
} from '@appserver/event-bus/appserver'
import type { App, AppOrder, Apps } from './apps.ts'
import { Refusal } from './refusal.ts'
import type { SettingsStore } from './settings-store.ts'

/**
 * Installs and uninstalls. Each fact is written before it is announced, so that whoever hears of it finds it. If an
 * announcement fails, the same request again makes up for it: what is written stays, and keeps the id of its event.
 */
export class Installer {
  readonly #bus: EventBus<AppServerEvents>
  readonly #apps: Apps
  readonly #settings: SettingsStore

  constructor(bus: EventBus<AppServerEvents>, apps: Apps, settings: SettingsStore) {
    this.#bus = bus
    this.#apps = apps
    this.#settings = settings
  }

  async install(order: AppOrder): Promise<App> {
    const { appId, version } = order
    const run = { installId: randomUUID(), appId }
    const start = performance.now()
    await this.#bus.publish(orchestrationInstallStarted({ ...run, version }))
    const app = await this.#carryOut(order, run)
    await this.#announce(app)
    const durationMs = Math.round(performance.now() - start)
    await this.#bus.publish(orchestrationInstallCompleted({ ...run, version, durationMs }))
    return app
  }

  async uninstall(appId: string): Promise<void> {
    await this.#apps.remove(appId)
    await this.#bus.publish(appUninstalled({ appId }))
    const keys = await this.#settings.remove(appId)
    if (keys.length > 0) await this.#bus.publish(settingsDeleted({ appId, keys }))
  }

  async #carryOut(order: AppOrder, run: { installId: string; appId: string }): Promise<App> {
    try {
      startUp(order)
      return await this.#apps.add({ ...order, installedAt: new Date().toISOString(), eventId: randomUUID() })
    } catch (error) {
      if (error instanceof Refusal) {
        const step = error.reason === 'failed' ? 'start' : 'register'
        await this.#bus.publish(orchestrationInstallFailed({ ...run, step, reason: error.message }))
      }
      throw error
    }
  }

  async #announce({ appId, appName, version, installedAt, eventId }: App): Promise<void> {
    await this.#bus.publish(appInstalled({ appId, appName, version }, { id: eventId, time: installedAt }))
  }
}

/** In place of pulling images and starting containers. */
function startUp({ appName }: AppOrder): void {
  if (/\bfail/i.test(appName)) throw new Refusal('failed', `The app '${appName}' did not start`)
}
