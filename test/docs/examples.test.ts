import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { documents, type Example, examplesIn, linesOf, Programs } from './programs.ts'

let programs: Programs

beforeAll(() => {
  programs = new Programs()
})

afterAll(async () => {
  programs.remove()
  const queues = ['instance:billing-1', 'group:invoices:app.installed'].map((name) => `readme.events:${name}`)
  await removeTopologyOf(inject('amqpUrl'), 'readme.events', queues)
})

/** Those with TLS are run at a broker of their own, by test/chaos/secure-programs.test.ts. */
const plainExamplesIn = (file: string): Example[] => examplesIn(file).filter(({ isSecure }) => !isSecure)

describe.each(documents.filter((file) => plainExamplesIn(file).length > 0))('%s', (file) => {
  for (const example of plainExamplesIn(file)) {
    const { line, output } = example
    test(`the example at line ${line} runs${output === undefined ? '' : ' and prints what it says'}`, async () => {
      const env = {
        EVENTBUS_AMQP_URL: inject('amqpUrl'),
        EVENTBUS_DATABASE_URL: inject('postgresUrl'),
        // Goes with the run.
        EVENTBUS_SCHEMA: `${inject('postgresSchemaPrefix')}docs`,
      }
      const { stdout, stderr, exitCode } = await programs.run(file, example, { env })
      expect(stderr).toBe('')
      if (output !== undefined) expect(linesOf(stdout)).toEqual(linesOf(output))
      expect(exitCode).toBe(0)
    })
  }
})

test("the README's first program has fewer than 15 lines", () => {
  const [first] = examplesIn('README.md')
  expect(first?.code.trimEnd().split('\n').length).toBeLessThan(15)
})
