import { once } from 'node:events'

/** Whether colours are wanted where standard output leads. */
export function wantsColors(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors() && !process.env.NO_COLOR
}

/** Writes a line to standard output, at the pace of who reads it. Answers false when nobody reads any more. */
export async function writeLine(text: string): Promise<boolean> {
  const { stdout } = process
  if (!stdout.errored && !stdout.destroyed && !stdout.write(`${text}\n`)) await once(stdout, 'drain').catch(() => {})
  return !stdout.errored && !stdout.destroyed
}
