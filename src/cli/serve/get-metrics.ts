import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BusControl } from '../../core/api.ts'
import { isEventBusError } from '../../core/errors.ts'
import { collectMetrics } from '../../metrics/index.ts'
import { openRegistry } from '../../metrics/prom-client.ts'
import { answerText } from './answer.ts'
import { HttpError } from './http-error.ts'
import type { Service } from './service.ts'

/** What Prometheus scrapes. */
export interface MetricsPage {
  readonly contentType: string
  read(): Promise<string>
}

/** The metrics of a bus; `undefined` where prom-client is not installed. */
export async function openMetrics(bus: BusControl): Promise<MetricsPage | undefined> {
  try {
    const register = await openRegistry()
    collectMetrics(bus, { register })
    return { contentType: register.contentType, read: () => register.metrics() }
  } catch (error) {
    if (isEventBusError(error, 'DEPENDENCY_MISSING')) return undefined
    throw error
  }
}

export async function getMetrics(_request: IncomingMessage, response: ServerResponse, service: Service): Promise<void> {
  const { metrics } = service
  if (metrics) return answerText(response, await metrics.read(), metrics.contentType)
  const message =
    "Metrics need the package 'prom-client': npm install prom-client beside the event bus, and start it again"
  throw new HttpError(501, 'DEPENDENCY_MISSING', message)
}
