import { accessSync, constants } from 'node:fs'
import path from 'node:path'

/** The folder with the executable `rabbitmq-server` and `rabbitmqctl`, if RabbitMQ is installed here. */
export function rabbitmqBinFolder(): string | undefined {
  return candidateFolders().find((folder) => isExecutable(path.join(folder, 'rabbitmq-server')))
}

function candidateFolders(): string[] {
  const inPath = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '')
  // First what Debian has behind its wrapper in /usr/sbin, which changes the user and drops the environment.
  return ['/usr/lib/rabbitmq/bin', ...inPath, '/opt/homebrew/sbin', '/usr/local/sbin', '/opt/rabbitmq/sbin']
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
