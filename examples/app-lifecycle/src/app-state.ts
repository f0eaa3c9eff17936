import type { AppDeregistered, AppInstalled, AppRegistered, AppUninstalled } from '@appserver/event-bus/appserver'

export type AppEvent = AppRegistered | AppInstalled | AppUninstalled | AppDeregistered

/** Where an app is in its life. Nobody stores it: it is what its events come to. */
export interface AppState {
  readonly phase: 'unknown' | 'registered' | 'installed' | 'deregistered'
  readonly version: string | undefined
  /** How often it was installed. */
  readonly installations: number
}

export const unknownApp: AppState = { phase: 'unknown', version: undefined, installations: 0 }

/** The state after an event. Pure, and never in the way: what has happened has happened. */
export function evolve(state: AppState, event: AppEvent): AppState {
  switch (event.type) {
    case 'app.registered':
      return { ...state, phase: state.phase === 'installed' ? 'installed' : 'registered', version: event.data.version }
    case 'app.installed':
      return { ...state, phase: 'installed', installations: state.installations + 1 }
    case 'app.uninstalled':
      return { ...state, phase: 'registered' }
    case 'app.deregistered':
      return { ...state, phase: 'deregistered' }
    default:
      // Events of other kinds have the app as their subject, too.
      return state
  }
}
