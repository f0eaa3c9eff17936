import type { BusEvent } from '../core/event.ts'
import type { Point } from '../core/transport.ts'
import type { Message } from './driver.ts'

/** What log lines say of a queue. */
export function queueFields({ queue, point }: { readonly queue: string; readonly point: Point }): object {
  return point.kind === 'group' ? { queue, group: point.group } : { queue }
}

/** What they say of a message: of its event, or as far as its properties tell. Never what it carries. */
export function messageFields({ properties, fields }: Message, event?: BusEvent): object {
  const { type = fields.routingKey, messageId } = properties as { type?: unknown; messageId?: unknown }
  return { event_type: event?.type ?? type, event_id: event?.id ?? messageId }
}
