import type * as PromClient from 'prom-client'
import { EventBusError } from '../core/errors.ts'

/** A registry of one's own; rejects with `DEPENDENCY_MISSING`. The only file that knows prom-client, and loads it here. */
export async function openRegistry(): Promise<PromClient.Registry> {
  const { Registry } = await loadPromClient()
  return new Registry()
}

async function loadPromClient(): Promise<typeof PromClient> {
  try {
    return await import('prom-client')
  } catch (cause) {
    throw new EventBusError('DEPENDENCY_MISSING', "Metrics need the package 'prom-client': npm install prom-client", {
      cause,
    })
  }
}
