import type { EventInput } from '@appserver/event-bus'
import { appDeregistered, appInstalled, appRegistered, appUninstalled } from '@appserver/event-bus/appserver'
import type { AppState } from './app-state.ts'

/** What somebody wants, in the light of what the app is: the events that say it happened, or an error that says why not. */
export type Decision = (state: AppState) => EventInput[]

export function register(appId: string, version: string): Decision {
  return ({ phase }) => {
    if (phase === 'deregistered') throw new Error(`${appId} was withdrawn`)
    return [appRegistered({ appId, appName: appId, version })]
  }
}

export function install(appId: string): Decision {
  return ({ phase }) => {
    if (phase === 'installed') throw new Error(`${appId} is installed already`)
    if (phase !== 'registered') throw new Error(`${appId} cannot be installed: it is ${phase}`)
    return [appInstalled({ appId, appName: appId })]
  }
}

export function uninstall(appId: string): Decision {
  return ({ phase }) => {
    if (phase !== 'installed') throw new Error(`${appId} is not installed`)
    return [appUninstalled({ appId })]
  }
}

export function withdraw(appId: string): Decision {
  return ({ phase }) => {
    if (phase === 'unknown') throw new Error(`${appId} is unknown`)
    // Two events of one decision: both are recorded, or none.
    return [...(phase === 'installed' ? [appUninstalled({ appId })] : []), appDeregistered({ appId })]
  }
}
