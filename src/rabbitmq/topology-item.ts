import { EventBusError } from '../core/errors.ts'
import { type Channel, explainReply, type QueueArguments, replyCode } from './driver.ts'

/** One thing that must be on the broker. */
export type Item =
  | {
      readonly kind: 'exchange'
      readonly name: string
      readonly type: 'topic' | 'fanout'
      readonly durable: boolean
      /** Where goes what no binding wants. */
      readonly alternate?: string
    }
  | { readonly kind: 'queue'; readonly name: string; readonly arguments: QueueArguments }
  | { readonly kind: 'lock'; readonly name: string }
  | { readonly kind: 'queueBinding'; readonly queue: string; readonly exchange: string; readonly pattern: string }
  | { readonly kind: 'exchangeBinding'; readonly to: string; readonly from: string; readonly pattern: string }

export type QueueItem = Extract<Item, { kind: 'queue' }>

/** Makes it, or finds it made in the same way. Can be repeated. Rejects with the code and the name of the thing. */
export async function declareItem(item: Item, channel: Channel): Promise<void> {
  try {
    await declare(item, channel)
  } catch (error) {
    throw explain(error, item, 'declare')
  }
}

/** Looks whether it is there. Bindings cannot be looked at over AMQP. */
export async function checkItem(item: Item, channel: Channel): Promise<void> {
  try {
    if (item.kind === 'exchange') await channel.checkExchange(item.name)
    if (item.kind === 'queue') await channel.checkQueue(item.name)
  } catch (error) {
    throw explain(error, item, 'find')
  }
}

async function declare(item: Item, channel: Channel): Promise<void> {
  switch (item.kind) {
    case 'exchange':
      await channel.assertExchange(item.name, item.type, {
        durable: item.durable,
        ...(item.alternate !== undefined && { alternateExchange: item.alternate }),
      })
      return
    case 'queue':
      await channel.assertQueue(item.name, { durable: true, arguments: item.arguments })
      return
    case 'lock':
      await channel.assertQueue(item.name, { durable: false, exclusive: true })
      return
    case 'queueBinding':
      await channel.bindQueue(item.queue, item.exchange, item.pattern)
      return
    case 'exchangeBinding':
      await channel.bindExchange(item.to, item.from, item.pattern)
  }
}

function explain(error: unknown, item: Item, verb: string): EventBusError {
  const what = `${verb} ${describe(item)}`
  if (item.kind === 'lock' && replyCode(error) === 405) {
    const message = `Another process goes by this instance's name (it holds the queue '${item.name}'); this one stands by until it is gone. Give each process its own 'instance'.`
    return new EventBusError('INSTANCE_NAME_IN_USE', message, { cause: error })
  }
  const explained = explainReply(error, what)
  if (explained.code !== 'TOPOLOGY_MISMATCH') return explained
  const advice =
    'The broker keeps the properties that it was made with: delete it there when it is empty, or use another exchangeName or queueType.'
  return new EventBusError(explained.code, `${explained.message}. ${advice}`, { cause: error })
}

function describe(item: Item): string {
  if (item.kind === 'queueBinding') return `the binding of the queue '${item.queue}' to the exchange '${item.exchange}'`
  if (item.kind === 'exchangeBinding') return `the binding of the exchange '${item.to}' to the exchange '${item.from}'`
  return `the ${item.kind} '${item.name}'`
}
