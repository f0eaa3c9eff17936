type Watcher = (reason: unknown) => boolean

const watchers = new Set<Watcher>()
let others: NodeJS.UnhandledRejectionListener[] = []

/**
 * The unhandled rejections of this process while `work` runs and whose reason is ours. They are kept from the listeners
 * of the test runner; all others still reach those.
 */
export async function unhandledRejections(
  isOurs: (reason: unknown) => boolean,
  work: () => Promise<void>,
): Promise<unknown[]> {
  const seen: unknown[] = []
  const watcher: Watcher = (reason) => isOurs(reason) && seen.push(reason) > 0
  watch(watcher)
  try {
    await work()
    // Node reports a rejection as unhandled when the microtasks of its tick are done.
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    unwatch(watcher)
  }
  return seen
}

function watch(watcher: Watcher): void {
  watchers.add(watcher)
  if (watchers.size > 1) return
  others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', report)
}

function unwatch(watcher: Watcher): void {
  watchers.delete(watcher)
  if (watchers.size > 0) return
  process.off('unhandledRejection', report)
  for (const listener of others) process.on('unhandledRejection', listener)
}

const report: NodeJS.UnhandledRejectionListener = (reason, promise) => {
  let known = false
  for (const watcher of watchers) known = watcher(reason) || known
  if (known) return
  // Without a listener Node would have ended the process: so does this.
  if (others.length === 0) throw reason
  for (const listener of others) listener(reason, promise)
}
