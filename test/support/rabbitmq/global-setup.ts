import type { TestProject } from 'vitest/node'
import { findBroker } from './find-broker.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A real RabbitMQ that all test files share: take names of your own there. */
    amqpUrl: string
  }
}

/** Finds the broker before the first test; vitest calls the returned function after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const broker = await findBroker()
  console.log(`RabbitMQ ${broker.version}, ${broker.origin}`)
  project.provide('amqpUrl', broker.url)
  return () => broker.stop()
}
