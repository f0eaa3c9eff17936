import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endAll, run, startTail } from '../cli/processes.ts'
import { documents, examplesIn, linesOf, Programs } from '../docs/programs.ts'
import { startTlsBroker, type TlsBroker } from '../support/rabbitmq/tls-broker.ts'
import { type Authority, type CertificateFiles, createAuthority } from '../support/tls/certificates.ts'

const password = 'of-the-shop'
let authority: Authority
let client: CertificateFiles
let broker: TlsBroker
let address: string

beforeAll(async () => {
  authority = await createAuthority()
  client = await authority.issue('shop')
  const certificate = await authority.issue('broker', { subjectAltName: 'DNS:localhost' })
  broker = await startTlsBroker({ authority, certificate })
  await broker.ctl('add_user', 'shop', password)
  await broker.ctl('set_permissions', 'shop', '.*', '.*', '.*')
  address = `amqps://localhost:${broker.tlsPort}`
})

afterAll(async () => {
  await endAll()
  await broker?.remove()
  await authority?.remove()
})

describe('event-bus', () => {
  const ways: [string, () => Record<string, string>][] = [
    [
      'trusts the authorities in NODE_EXTRA_CA_CERTS',
      () => ({ EVENTBUS_AMQP_URL: address.replace('//', '//guest:guest@'), NODE_EXTRA_CA_CERTS: authority.ca }),
    ],
    [
      'trusts the authority that the URL names',
      () => ({ EVENTBUS_AMQP_URL: `${address.replace('//', '//guest:guest@')}?cacertfile=${authority.ca}` }),
    ],
    [
      'shows the certificate that the URL names',
      () => {
        const files = { cacertfile: authority.ca, certfile: client.cert, keyfile: client.key }
        const parameters = new URLSearchParams({ ...files, auth_mechanism: 'external' })
        return { EVENTBUS_AMQP_URL: `${address}?${parameters.toString()}` }
      },
    ],
  ]
  test.for(ways)('%s', async ([, environment]) => {
    const env = environment()
    const tail = await startTail(['shop.*', '--count', '1'], { env })
    const { code, stderr } = await run(['publish', 'shop.opened', '{}'], { env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(await tail.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('shop.opened') })
  })

  test('says of a broker whose authority it does not know what to do', async () => {
    const { code, stderr } = await run(['publish', 'shop.opened', '{}'], { env: { EVENTBUS_AMQP_URL: address } })
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/TLS_FAILED.*NODE_EXTRA_CA_CERTS/s)
  })
})

describe('documents', () => {
  let programs: Programs
  let folder: string
  let tokens: Server

  beforeAll(async () => {
    programs = new Programs()
    folder = await mkdtemp(path.join(tmpdir(), 'event-bus-documents-'))
    const files = { 'ca.pem': authority.ca, 'client.pem': client.cert, 'client.key': client.key }
    await Promise.all(Object.entries(files).map(([name, file]) => copyFile(file, path.join(folder, name))))
    await writeFile(path.join(folder, 'password.txt'), `${password}\n`)
    // To the broker a token is a password; this one is valid for an hour.
    tokens = createServer((_, response) => response.end(JSON.stringify({ access_token: password, expires_in: 3_600 })))
    await once(tokens.listen(0, '127.0.0.1'), 'listening')
  })

  afterAll(async () => {
    programs?.remove()
    tokens?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const examples = documents.flatMap((file) =>
    examplesIn(file)
      .filter(({ isSecure }) => isSecure)
      .map((example) => ({ file, line: example.line, example })),
  )
  test.for(examples)('$file: the example at line $line runs', async ({ file, example }) => {
    const { port } = tokens.address() as AddressInfo
    const env = { EVENTBUS_AMQP_URL: address, TOKEN_URL: `http://127.0.0.1:${port}` }
    const { stdout, stderr, exitCode } = await programs.run(file, example, { env, cwd: folder })
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    if (example.output !== undefined) expect(linesOf(stdout)).toEqual(linesOf(example.output))
  })
})
