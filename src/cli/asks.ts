import { createInterface } from 'node:readline/promises'

/** Only a yes is a yes; Ctrl-C, Ctrl-D and anything else are none. */
export async function asks(
  question: string,
  signal: AbortSignal,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  const terminal = createInterface({ input, output })
  // On a terminal readline keeps Ctrl-C to itself.
  const ended = new Promise<string>((resolve) => {
    terminal.once('SIGINT', () => resolve(''))
    terminal.once('close', () => resolve(''))
  })
  try {
    const answer = await Promise.race([terminal.question(question, { signal }), ended])
    return /^y(es)?$/i.test(answer.trim())
  } catch {
    return false
  } finally {
    terminal.close()
  }
}
