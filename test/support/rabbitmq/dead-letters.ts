import { onChannel } from './topology.ts'

/** A message in the dead letters, as the broker shows it. */
export interface DeadLetter {
  readonly content: Buffer
  readonly messageId: string | undefined
  readonly headers: Readonly<Record<string, unknown>>
}

/** All dead letters of an exchange. They stay where they are: the channel that took them goes away without a word. */
export async function readDeadLetters(url: string, exchange: string): Promise<DeadLetter[]> {
  return onChannel(url, async (channel) => {
    const letters: DeadLetter[] = []
    for (;;) {
      const message = await channel.get(`${exchange}:dead-letters`)
      if (!message) return letters
      const { content, properties } = message
      letters.push({
        content,
        messageId: properties.messageId as string | undefined,
        headers: properties.headers ?? {},
      })
    }
  })
}
