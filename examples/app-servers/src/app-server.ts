import path from 'node:path'
import {
  type CloseReport,
  createEventBus,
  createSyncedCache,
  type EventBus,
  type Health,
  type SyncedCache,
  type Transport,
} from '@appserver/event-bus'
import { type AppServerEvents, appServerEvents, settingsUpdated } from '@appserver/event-bus/appserver'
import { type App, type AppOrder, Apps } from './apps.ts'
import { Billing, type Invoice } from './billing.ts'
import { type EventLine, EventLog } from './event-log.ts'
import { Installer } from './installer.ts'
import { Refusal } from './refusal.ts'
import { type Settings, SettingsStore } from './settings-store.ts'

export interface AppServerOptions {
  /** Names this server among the others, the same across restarts: what it misses while it is away waits for it. */
  readonly instance: string
  readonly transport: Transport
  /** What all servers share. */
  readonly dataDir: string
}

/** The one key of the list of all apps. */
const all = 'all'

/** One of several servers that share their data and tell each other, over the bus, what has changed in it. */
export class AppServer {
  /** Resolves when this server hears of every change; rejects if it never will, e.g. with refused credentials. */
  readonly ready: Promise<void>
  readonly #bus: EventBus<AppServerEvents>
  readonly #apps: Apps
  readonly #settings: SettingsStore
  readonly #billing: Billing
  readonly #installer: Installer
  readonly #events = new EventLog()
  readonly #knownApps: SyncedCache<string, App[]>
  readonly #knownSettings: SyncedCache<string, Settings>

  constructor({ instance, transport, dataDir }: AppServerOptions) {
    const bus = createEventBus({ source: 'app-servers', instance, transport, events: appServerEvents })
    this.#bus = bus
    this.#apps = new Apps(path.join(dataDir, 'apps'))
    this.#settings = new SettingsStore(path.join(dataDir, 'settings'))
    this.#billing = new Billing(instance, path.join(dataDir, 'invoices'))
    this.#installer = new Installer(this.#bus, this.#apps, this.#settings)
    this.#knownApps = createSyncedCache({
      bus,
      load: () => this.#apps.list(),
      invalidateOn: { 'app.installed': () => all, 'app.uninstalled': () => all },
    })
    this.#knownSettings = createSyncedCache({
      bus,
      load: (appId: string) => this.#settings.read(appId),
      invalidateOn: {
        'settings.updated': ({ data }) => data.appId,
        'settings.deleted': ({ data }) => data.appId,
        'app.uninstalled': ({ data }) => data.appId,
      },
    })
    this.ready = this.#listen()
  }

  /** What this server knows to be installed. */
  apps(): Promise<App[]> {
    return this.#knownApps.get(all)
  }

  async install(order: AppOrder): Promise<App> {
    try {
      return await this.#installer.install(order)
    } finally {
      // Its own events come back to this server too, but whoever asked for the change should see it at once.
      this.#knownApps.invalidate(all)
    }
  }

  async uninstall(appId: string): Promise<void> {
    try {
      await this.#installer.uninstall(appId)
    } finally {
      this.#knownApps.invalidate(all)
      this.#knownSettings.invalidate(appId)
    }
  }

  /** The settings of an app, and whether this server had them in its cache. */
  async settings(appId: string): Promise<{ settings: Settings; cached: boolean }> {
    const apps = await this.apps()
    if (!apps.some((app) => app.appId === appId)) throw unknownApp(appId)
    const cached = this.#knownSettings.has(appId)
    return { settings: await this.#knownSettings.get(appId), cached }
  }

  /** Values stay in the store: the event says which keys have changed, and nothing more. */
  async changeSetting(appId: string, key: string, value: unknown): Promise<void> {
    if (!(await this.#apps.has(appId))) throw unknownApp(appId)
    await this.#settings.write(appId, key, value)
    this.#knownSettings.invalidate(appId)
    await this.#bus.publish(settingsUpdated({ appId, keys: [key] }))
  }

  invoices(): Promise<Invoice[]> {
    return this.#billing.ownInvoices()
  }

  get events(): readonly EventLine[] {
    return this.#events.lines
  }

  health(): Promise<Health> {
    return this.#bus.healthCheck()
  }

  close(): Promise<CloseReport> {
    return this.#bus.close()
  }

  /** All in one go with the caches, before the first `await`: what waited for this server while it was away comes to all. */
  async #listen(): Promise<void> {
    const bus = this.#bus
    const subscriptions = [
      bus.subscribe('#', (event) => this.#events.note(event), { name: 'noteEvent' }),
      bus.subscribe('app.installed', (event) => this.#billing.writeInvoice(event), {
        group: 'billing',
        name: 'writeInvoice',
      }),
    ]
    const parts = [bus, this.#knownApps, this.#knownSettings, ...subscriptions]
    await Promise.all(parts.map(({ ready }) => ready))
  }
}

function unknownApp(appId: string): Refusal {
  return new Refusal('unknown', `No app '${appId}' is installed`)
}
