import { isEventBusError } from '@appserver/event-bus'
import { rabbitmq } from '@appserver/event-bus/rabbitmq'
import { startServer } from './start-server.ts'

// One server as one process; what the variables mean is in README.md.
const {
  PORT = '3000',
  INSTANCE = `server-${PORT}`,
  DATA_DIR = 'data',
  EVENTBUS_AMQP_URL: url,
  EVENTBUS_EXCHANGE: exchangeName = 'app-servers',
} = process.env

await run().catch(fail)

async function run(): Promise<void> {
  if (!url) throw new Error('EVENTBUS_AMQP_URL is missing, e.g. amqp://guest:guest@127.0.0.1:5672')
  const transport = rabbitmq({ url, exchangeName })
  const server = await startServer({ port: Number(PORT), instance: INSTANCE, dataDir: DATA_DIR, transport })
  let stopping = false
  const stop = (): void => {
    stopping = true
    server.stop().catch(fail)
  }
  // The process ends by itself when nothing is left to do.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop)
  await server.ready.then(
    () => console.log(`${INSTANCE} serves ${server.url}`),
    (error: unknown) => {
      // A server that is stopped before it was ready has not failed.
      if (!stopping) throw error
    },
  )
}

function fail(error: unknown): void {
  console.error(isEventBusError(error) ? `${error.code}: ${error.message}` : error)
  process.exit(1)
}
