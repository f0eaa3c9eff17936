/** The clients of RabbitMQ, each with its module. The first one is the reference. */
const rabbitmqModules = {
  amqplib: 'amqplib.ts',
  'amqplib-corked': 'amqplib-corked.ts',
  'event-bus': 'event-bus.ts',
  'event-bus-validated': 'event-bus-validated.ts',
  'event-bus-metrics': 'event-bus-metrics.ts',
} as const

/** Only measured when asked for by name. */
const extraModules = {
  'event-bus-unmetered': 'event-bus-unmetered.ts',
  'event-bus-traced': 'event-bus-traced.ts',
  'event-bus-traced-no-sdk': 'event-bus-traced-no-sdk.ts',
} as const

const modules = { ...rabbitmqModules, ...extraModules }

export type ContenderName = keyof typeof modules

export const allClients = Object.keys(modules) as readonly ContenderName[]

/** The URL of the module that exports the contender. */
export function moduleOf(name: ContenderName): string {
  return new URL(modules[name], import.meta.url).href
}

/** Whose messages fill a queue that the contender is to read: the bus reads its own envelopes. */
export function preloaderOf(name: ContenderName): ContenderName {
  return name.startsWith('event-bus') ? 'event-bus' : 'amqplib-corked'
}

export function isExtra(name: ContenderName): boolean {
  return name in extraModules
}
