import type { Attributes } from '@opentelemetry/api'
import type { BusControl, Context } from '../core/api.ts'
import type { BusEvent } from '../core/event.ts'

// https://opentelemetry.io/docs/specs/semconv/messaging/rabbitmq/ and .../cloudevents/cloudevents-spans/
// Two of the names have changed with version 1.45 of the conventions; the former ones are what backends know.

/** What all spans of a bus have in common. */
export function busAttributes({ instance, transport }: BusControl): Attributes {
  const { name, system = name, server } = transport
  return {
    'messaging.system': system,
    'messaging.system.name': system,
    'messaging.client.id': instance,
    ...(server && { 'server.address': server.address, 'server.port': server.port }),
  }
}

/** Where events of a type go: exchange and routing key. Also the low-cardinality part of where they come from. */
export function destinationOf({ transport }: BusControl, type: string): string {
  return transport.exchange === undefined ? type : `${transport.exchange}:${type}`
}

/** What is known before an event is stamped. */
export function publishAttributes(bus: BusControl, type: string): Attributes {
  return {
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': destinationOf(bus, type),
    ...routingKey(bus, type),
  }
}

export function handlerAttributes(bus: BusControl, event: BusEvent, about: Context): Attributes {
  const { group, name, pattern, queue } = about.subscription
  const destination = destinationOf(bus, event.type)
  return {
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': queue === undefined ? destination : `${destination}:${queue}`,
    // Without the queue: there is one for each instance.
    'messaging.destination.template': destination,
    ...(group !== undefined && { 'messaging.consumer.group.name': group }),
    ...routingKey(bus, event.type),
    ...eventAttributes(event),
    'event_bus.handler': name,
    'event_bus.pattern': pattern,
    'event_bus.attempt': about.attempt,
    'event_bus.redelivered': about.redelivered,
    'event_bus.replay': about.replay,
    ...(about.cluster !== undefined && { 'event_bus.cluster': about.cluster }),
  }
}

/** What an event says of itself; never its data. */
export function eventAttributes({ id, type, source, correlationId, causationId }: BusEvent): Attributes {
  return {
    'messaging.message.id': id,
    ...(correlationId !== undefined && { 'messaging.message.conversation_id': correlationId }),
    ...(causationId !== undefined && { 'event_bus.causation_id': causationId }),
    'cloudevents.event_id': id,
    'cloudevents.event_type': type,
    'cloudevents.event_source': source,
  }
}

function routingKey({ transport }: BusControl, type: string): Attributes {
  if ((transport.system ?? transport.name) !== 'rabbitmq') return {}
  return { 'messaging.rabbitmq.destination.routing_key': type, 'rabbitmq.destination.routing_key': type }
}
