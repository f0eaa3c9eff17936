import type { Durations } from '../core/histogram.ts'
import { type ClusterLoad, connectionStates, type TransportLoad } from '../core/load.ts'
import type { Measurements, RecordingMeasurements } from '../core/measurements.ts'

/** One value of a metric; `metricName` where it has not the metric's own name. */
export interface Sample {
  readonly value: number
  readonly labels: Readonly<Record<string, string | number>>
  readonly metricName?: string
}

/** One metric: its name, and what it says of `T`, a bus unless otherwise stated. */
export interface Family<T = Measurements> {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  read(measured: T): Sample[]
}

/** All that is not told apart by event type. */
export const families: readonly Family[] = [
  counter('publish_errors_total', 'Publishes that were rejected, by the code of their error.', ({ publishErrors }) =>
    byLabel('code', publishErrors),
  ),
  histogram(
    'confirm_duration_seconds',
    'Time from publish to the confirm of the transport, outages included.',
    ({ confirmDurations }) => confirmDurations,
  ),
  histogram(
    'handler_duration_seconds',
    'Time that single runs of handlers took.',
    ({ handlerDurations }) => handlerDurations,
  ),
  counter('retries_total', 'Failed runs of handlers that are tried again: at once, or delayed by the broker.', (all) =>
    byLabel('kind', Object.entries(all.retries)),
  ),
  counter('dead_letters_total', 'Events that were given up, by reason.', ({ deadLetters }) =>
    byLabel('reason', Object.entries(deadLetters)),
  ),
  counter(
    'redeliveries_total',
    'Deliveries that the broker had handed out before.',
    onEach(({ redeliveries }) => one(redeliveries)),
  ),
  counter('gaps_total', 'Times when the queue of the instance was not there: at its start, or lost.', ({ gaps }) =>
    byLabel('kind', Object.entries(gaps)),
  ),
  gauge('in_flight_deliveries', 'Deliveries that are being handled, or wait for their handler.', (all) =>
    one(all.inFlightDeliveries),
  ),
  gauge(
    'buffered_events',
    'Messages on their way to the broker that have no confirm yet.',
    onEach(({ buffered }) => one(buffered.events)),
  ),
  gauge(
    'buffered_bytes',
    'Size of the messages on their way to the broker.',
    onEach(({ buffered }) => one(buffered.bytes)),
  ),
  counter(
    'reconnects_total',
    'Connections that were made anew after a loss.',
    onEach(({ connections }) =>
      Object.entries(connections).map(([connection, { reconnects }]) => ({
        value: reconnects,
        labels: { connection },
      })),
    ),
  ),
  gauge(
    'connection_state',
    '1 for the state that a connection is in, 0 for the others.',
    onEach(({ connections }) =>
      Object.entries(connections).flatMap(([connection, { state: now }]) =>
        connectionStates.map((state) => ({ value: state === now ? 1 : 0, labels: { connection, state } })),
      ),
    ),
  ),
  gauge('subscriptions', 'Subscriptions, by state.', (all) => byLabel('state', Object.entries(all.subscriptions))),
  gauge('history_lag_events', 'About how many events of the store a subscription with from has not done yet.', (all) =>
    byLabel('subscription', all.histories),
  ),
  gauge('store_waiting_events', 'Events that wait for the event store.', byRecorder('waitingEvents')),
  gauge(
    'store_lag_seconds',
    'How long the first of the events that wait for the store has waited.',
    byRecorder('lagSeconds'),
  ),
  counter('store_recorded_total', 'Events that the event store took.', byRecorder('recorded')),
  counter(
    'store_failures_total',
    'Appends to the event store that failed and are tried again.',
    byRecorder('failures'),
  ),
  counter(
    'store_not_recorded_total',
    'Events that the event store will never have: refused, or too many waited.',
    byRecorder('notRecorded'),
  ),
]

/** Of a bus on several clusters. */
export const clusterFamilies: readonly Family[] = [
  gauge('home', '1 for the cluster that what is published now belongs to, 0 for the others.', (all) =>
    byCluster(all, ({ isHome }) => (isHome ? 1 : 0)),
  ),
  counter(
    'duplicates_total',
    'Deliveries without a handler, since another cluster had brought the event, or will.',
    (all) => byCluster(all, ({ duplicates }) => duplicates),
  ),
]

export function counter<T = Measurements>(name: string, help: string, read: Family<T>['read']): Family<T> {
  return { name: `event_bus_${name}`, type: 'counter', help, read }
}

export function gauge<T = Measurements>(name: string, help: string, read: Family<T>['read']): Family<T> {
  return { name: `event_bus_${name}`, type: 'gauge', help, read }
}

function histogram(suffix: string, help: string, of: (measurements: Measurements) => Durations): Family {
  const name = `event_bus_${suffix}`
  const read: Family['read'] = (measurements) => {
    const { count, seconds, buckets } = of(measurements)
    const bucket = (le: number | string, value: number): Sample => ({
      value,
      labels: { le },
      metricName: `${name}_bucket`,
    })
    return [
      ...buckets.map(({ maxSeconds, count: below }) => bucket(maxSeconds, below)),
      bucket('+Inf', count),
      { value: seconds, labels: {}, metricName: `${name}_sum` },
      { value: count, labels: {}, metricName: `${name}_count` },
    ]
  }
  return { name, type: 'histogram', help, read }
}

function one(value: number): Sample[] {
  return [{ value, labels: {} }]
}

/** What a transport has in hand: with the label `cluster` where there are several. */
function onEach(read: (load: Omit<TransportLoad, 'clusters'>) => Sample[]): Family['read'] {
  return (all) => {
    if (!all.clusters) return read(all)
    return Object.entries(all.clusters).flatMap(([cluster, load]) =>
      read(load).map((sample) => ({ ...sample, labels: { cluster, ...sample.labels } })),
    )
  }
}

function byCluster({ clusters = {} }: Measurements, value: (load: ClusterLoad) => number): Sample[] {
  return byLabel(
    'cluster',
    Object.entries(clusters).map(([cluster, load]) => [cluster, value(load)]),
  )
}

function byLabel(label: string, values: Iterable<readonly [string, number]>): Sample[] {
  return Array.from(values, ([key, value]) => ({ value, labels: { [label]: key } }))
}

function byRecorder(what: keyof RecordingMeasurements): Family['read'] {
  return ({ recordings }) => Array.from(recordings, ([recorder, one]) => ({ value: one[what], labels: { recorder } }))
}
