import type { PrivateBroker } from '../rabbitmq/private-broker.ts'

/**
 * The broker closes every channel with a 404, as for a mistake of its client, and leaves the connections alone: it is
 * made to believe that each has asked for a queue that is not there.
 */
export async function closeAllChannels({ ctl }: PrivateBroker): Promise<void> {
  const missing = `{'queue.declare', 0, <<"missing">>, true, false, false, false, false, []}`
  await ctl('eval', `[rabbit_channel:do(Channel, ${missing}) || Channel <- rabbit_channel:list()].`)
}

/** The broker closes every channel that consumes with a 406, as after a consumer timeout. */
export async function closeConsumingChannels({ ctl }: PrivateBroker): Promise<void> {
  const consuming = `Channel <- rabbit_channel:list(), [{_, N}] <- [rabbit_channel:info(Channel, [consumer_count])], N > 0`
  await ctl('eval', `[rabbit_channel:do(Channel, {'basic.ack', 1000000, false}) || ${consuming}].`)
}
