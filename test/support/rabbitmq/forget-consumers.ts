import type { PrivateBroker } from './private-broker.ts'

/**
 * Makes the broker forget the consumers of a quorum queue, at most `count` of them, without a word to their clients, as
 * failures inside of it have done: the command of a cancel goes to the queue behind the back of its channel.
 */
export async function forgetConsumers(broker: PrivateBroker, queue: string, count = 1_000): Promise<void> {
  const program = `
    {ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"${queue}">>)),
    Consumers = lists:sublist([{element(2, C), element(1, C)} || C <- rabbit_amqqueue:consumers(Q)], ${count}),
    [{ok, _, _} = ra:process_command(amqqueue:get_pid(Q), rabbit_fifo:make_checkout(Id, cancel, #{})) || Id <- Consumers],
    length(Consumers).`
  const forgotten = Number(await broker.ctl('eval', program))
  if (!(forgotten > 0)) throw new Error(`the queue '${queue}' had no consumer to forget`)
}
