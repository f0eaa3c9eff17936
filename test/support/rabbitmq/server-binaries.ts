import { folderOf } from '../executables.ts'

/** The folder with the executable `rabbitmq-server` and `rabbitmqctl`, if RabbitMQ is installed here. */
export function rabbitmqBinFolder(): string | undefined {
  // First what Debian has behind its wrapper in /usr/sbin, which changes the user and drops the environment.
  const others = ['/opt/homebrew/sbin', '/usr/local/sbin', '/opt/rabbitmq/sbin']
  return folderOf('rabbitmq-server', ['/usr/lib/rabbitmq/bin'], others)
}
