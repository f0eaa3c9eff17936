/** The clients of RabbitMQ, each with its module. The first one is the reference. */
const clientModules = {
  amqplib: 'amqplib.ts',
  'amqplib-corked': 'amqplib-corked.ts',
  'rabbitmq-client': '../peers/rabbitmq-client.ts',
  'cloudamqp-amqp-client': '../peers/cloudamqp-amqp-client.ts',
  'amqp-connection-manager': '../peers/amqp-connection-manager.ts',
  rascal: '../peers/rascal.ts',
  'golevelup-nestjs-rabbitmq': '../peers/golevelup-nestjs-rabbitmq.ts',
  'event-bus': 'event-bus.ts',
  'event-bus-batched': 'event-bus-batched.ts',
  'event-bus-validated': 'event-bus-validated.ts',
  'event-bus-metrics': 'event-bus-metrics.ts',
} as const

/** Only measured when asked for by name: they explain what a part of the bus, or its message, costs. */
const variantModules = {
  'amqplib-envelope': 'amqplib-envelope.ts',
  'event-bus-unmetered': 'event-bus-unmetered.ts',
  'event-bus-traced': 'event-bus-traced.ts',
  'event-bus-traced-no-sdk': 'event-bus-traced-no-sdk.ts',
} as const

/** What hands out events within one process. The first one is the reference. */
const localModules = {
  eventemitter2: '../peers/eventemitter2.ts',
  emittery: '../peers/emittery.ts',
  moleculer: '../peers/moleculer.ts',
  qlobber: '../peers/qlobber.ts',
  'event-bus-memory': 'event-bus-memory.ts',
} as const

const modules = { ...clientModules, ...variantModules, ...localModules }

export type ClientName = keyof typeof clientModules | keyof typeof variantModules
export type LocalName = keyof typeof localModules
export type ContenderName = ClientName | LocalName

export const clients = Object.keys({ ...clientModules, ...variantModules }) as readonly ClientName[]
export const locals = Object.keys(localModules) as readonly LocalName[]

/** The URL of the module that exports the contender. */
export function moduleOf(name: ContenderName): string {
  return new URL(modules[name], import.meta.url).href
}

export function isVariant(name: ContenderName): boolean {
  return name in variantModules
}

/** Whose messages fill a queue that the client is to read: the bus reads its own envelopes, and so does what is measured for these. */
export function preloaderOf(name: ClientName): ClientName {
  return name.startsWith('event-bus') || name === 'amqplib-envelope' ? 'event-bus' : 'amqplib-corked'
}
