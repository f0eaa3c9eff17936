import { type EventStore, foldStream, isEventBusError, stampEvent } from '@appserver/event-bus'
import { type AppState, evolve, unknownApp } from './app-state.ts'
import type { Decision } from './decisions.ts'

/** The apps of a marketplace, of which any number of servers decide at the same time. */
export class Apps {
  readonly #store: EventStore
  readonly #server: string

  constructor(store: EventStore, server: string) {
    this.#store = store
    this.#server = server
  }

  async state(appId: string): Promise<AppState> {
    const { state } = await foldStream(this.#store, appId, evolve, unknownApp)
    return state
  }

  /** Records what was decided, if the app is still what it was decided on; else decides again on what it is now. */
  async decide(appId: string, decision: Decision): Promise<void> {
    for (;;) {
      const { state, version } = await foldStream(this.#store, appId, evolve, unknownApp)
      const events = decision(state).map((event) => stampEvent(event, this.#server))
      try {
        await this.#store.append(events, { expectedVersion: version })
        return
      } catch (error) {
        if (!isEventBusError(error, 'VERSION_CONFLICT')) throw error
      }
    }
  }
}
