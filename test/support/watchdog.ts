import { spawn } from 'node:child_process'

// Its standard input ends when this process ends, in whatever way.
const script = `
  cat >/dev/null
  dir=$1; shift
  kill -9 "$@" 2>/dev/null
  sleep 0.5
  [ -z "$dir" ] || rm -rf "$dir"
`

/**
 * Kills the processes and removes the folder when this process ends without having released them, so that not even
 * `kill -9` of a test run leaves a server behind.
 */
export function watch(pids: readonly number[], folder = ''): { release(): void } {
  const watchdog = spawn('sh', ['-c', script, 'watchdog', folder, ...pids.map(String)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  watchdog.unref()
  ;(watchdog.stdin as unknown as { unref(): void }).unref()
  return { release: () => void watchdog.kill('SIGKILL') }
}
