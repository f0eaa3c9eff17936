/**
 * The other side of an `End`: says that this process is ready, waits for the word, works, and reports. Then the process
 * ends, whatever a client has left behind.
 */
export async function onCommand(work: () => Promise<unknown>): Promise<void> {
  process.once('disconnect', () => process.exit(1))
  const told = new Promise((resolve) => process.once('message', resolve))
  process.send?.('ready')
  await told
  process.send?.(await work(), () => process.exit())
}
