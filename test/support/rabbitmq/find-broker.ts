import { installOnDebian } from '../install-on-debian.ts'
import { brokerVersion } from './handshake.ts'
import { startBroker } from './private-broker.ts'
import { rabbitmqBinFolder } from './server-binaries.ts'

export interface FoundBroker {
  readonly url: string
  readonly version: string
  /** Where it comes from, for people. */
  readonly origin: string
  /** Ends what was started for the tests; leaves alone what ran before. */
  stop(): Promise<void>
}

const urlVariable = 'EVENTBUS_TEST_AMQP_URL'
const localUrl = 'amqp://guest:guest@127.0.0.1:5672'

/** A real RabbitMQ: the one that the environment names, one that runs here, or a private one. */
export async function findBroker(): Promise<FoundBroker> {
  const named = process.env[urlVariable]
  if (named !== undefined && named !== '') return namedBroker(named)
  return (await runningBroker()) ?? privateBroker()
}

async function namedBroker(url: string): Promise<FoundBroker> {
  try {
    const version = await brokerVersion(url)
    return { url, version, origin: `named by ${urlVariable}`, stop: async () => {} }
  } catch (cause) {
    throw new Error(`no RabbitMQ answers at the URL in ${urlVariable}`, { cause })
  }
}

async function runningBroker(): Promise<FoundBroker | undefined> {
  const version = await brokerVersion(localUrl).catch(() => undefined)
  return version === undefined
    ? undefined
    : { url: localUrl, version, origin: 'running on 127.0.0.1:5672', stop: async () => {} }
}

async function privateBroker(): Promise<FoundBroker> {
  const installed = rabbitmqBinFolder() === undefined && (await installOnDebian('rabbitmq-server'))
  if (rabbitmqBinFolder() === undefined) throw new Error(nothingFound)
  const broker = await startBroker()
  return {
    url: broker.url,
    version: broker.version,
    origin: `started for these tests on port ${broker.port}${installed ? ', installed by apt-get' : ''}`,
    async stop() {
      await broker.stop()
      await broker.remove()
    },
  }
}

const nothingFound = `The tests need a real RabbitMQ (3.10 or later) and found none. Do one of these:
- install it: apt-get install rabbitmq-server, or brew install rabbitmq (it need not be running)
- run it in a container: docker run -p 5672:5672 rabbitmq:4
- name a running one: ${urlVariable}=amqp://user:password@host:5672`
