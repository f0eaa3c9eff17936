import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

let echo: Server
let proxy: TcpProxy
let accepted: Socket[]

beforeEach(async () => {
  accepted = []
  echo = createServer((socket) => {
    accepted.push(socket)
    socket.on('error', () => {})
    socket.pipe(socket)
  })
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  proxy = await startTcpProxy({ port: (echo.address() as AddressInfo).port })
})

afterEach(async () => {
  await proxy.close()
  for (const socket of accepted) socket.destroy()
  echo.close()
  await once(echo, 'close')
})

interface Client {
  socket: Socket
  received(): string
}

async function open(): Promise<Client> {
  const socket = connect(proxy.port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => {})
  await once(socket, 'connect')
  return { socket, received: () => Buffer.concat(chunks).toString() }
}

test('bytes pass in both directions', async () => {
  const client = await open()
  client.socket.write('hello')
  await waitFor(() => client.received() === 'hello')
  expect(proxy.connections).toBe(1)
  client.socket.destroy()
  await waitFor(() => proxy.connections === 0)
})

test('a megabyte passes whole', async () => {
  const client = await open()
  client.socket.write('x'.repeat(2 ** 20))
  await waitFor(() => client.received().length === 2 ** 20, { timeoutMs: 10_000 })
  client.socket.destroy()
})

test('what was written before the end of a connection arrives', async () => {
  const client = await open()
  client.socket.end('last words')
  await once(client.socket, 'close')
  expect(client.received()).toBe('last words')
})

test('cut destroys all open connections at once and lets new ones in', async () => {
  const clients = [await open(), await open()]
  await waitFor(() => accepted.length === 2)
  const closed = [...clients.map((client) => client.socket), ...accepted].map((socket) => once(socket, 'close'))
  proxy.cut()
  expect(proxy.connections).toBe(0)
  await Promise.all(closed)

  const next = await open()
  next.socket.write('again')
  await waitFor(() => next.received() === 'again')
  expect(proxy.connections).toBe(1)
  next.socket.destroy()
})

test('stall stops the bytes of open and new connections, and resume delivers them', async () => {
  const before = await open()
  before.socket.write('1')
  await waitFor(() => before.received() === '1')

  proxy.stall()
  const during = await open()
  before.socket.write('2')
  during.socket.write('2')
  await waitFor(() => accepted.length === 2)
  accepted[0]?.write('from the target')
  await sleep(100)
  expect(before.received()).toBe('1')
  expect(during.received()).toBe('')
  expect(proxy.connections).toBe(2)

  proxy.resume()
  await waitFor(() => before.received().length === '12from the target'.length && during.received() === '2')
  before.socket.destroy()
  during.socket.destroy()
})

test('a stall hides that the target closed the connection', async () => {
  const client = await open()
  await waitFor(() => accepted.length === 1)
  proxy.stall()
  accepted[0]?.destroy()
  await sleep(100)
  expect(client.socket.destroyed).toBe(false)

  const closed = once(client.socket, 'close')
  proxy.resume()
  await closed
})

test('strand silences open connections for ever, and new ones work', async () => {
  const stranded = await open()
  await waitFor(() => accepted.length === 1)
  proxy.strand()
  stranded.socket.write('lost')
  accepted[0]?.destroy()
  const next = await open()
  next.socket.write('fresh')
  await waitFor(() => next.received() === 'fresh')
  proxy.stall()
  proxy.resume()
  next.socket.write(' and well')
  await waitFor(() => next.received() === 'fresh and well')
  expect(stranded.received()).toBe('')
  expect(stranded.socket.destroyed).toBe(false)
  stranded.socket.destroy()
  next.socket.destroy()
})

describe('a shape', () => {
  test('delays bytes in each direction, in their order', async () => {
    const client = await open()
    proxy.shape({ delayMs: 100 })
    const start = performance.now()
    for (const text of ['1', '2', '3']) client.socket.write(text)
    await waitFor(() => client.received() === '123')
    expect(performance.now() - start).toBeGreaterThanOrEqual(200)
    client.socket.destroy()
  })

  test('throttles to a rate', async () => {
    const client = await open()
    proxy.shape({ bytesPerSecond: 100_000 })
    const start = performance.now()
    client.socket.write('x'.repeat(30_000))
    await waitFor(() => client.received().length === 30_000)
    expect(performance.now() - start).toBeGreaterThanOrEqual(280)
    client.socket.destroy()
  })

  test('splits what is written into pieces', async () => {
    const client = await open()
    const sizes: number[] = []
    await waitFor(() => accepted.length === 1)
    accepted[0]?.on('data', (chunk: Buffer) => sizes.push(chunk.length))
    proxy.shape({ pieceBytes: 3 })
    client.socket.write('x'.repeat(300))
    await waitFor(() => client.received().length === 300)
    // Pieces may meet on the way; with one write it would be one chunk.
    expect(sizes.length).toBeGreaterThan(10)
    client.socket.destroy()
  })

  test('is gone with the next one', async () => {
    const client = await open()
    proxy.shape({ delayMs: 60_000 })
    proxy.shape({})
    client.socket.write('at once')
    await waitFor(() => client.received() === 'at once')
    client.socket.destroy()
  })
})

test('refuse destroys new connections and keeps open ones', async () => {
  const kept = await open()
  proxy.refuse()
  const refused = await open()
  await once(refused.socket, 'close')
  kept.socket.write('still here')
  await waitFor(() => kept.received() === 'still here')

  proxy.accept()
  const next = await open()
  next.socket.write('welcome')
  await waitFor(() => next.received() === 'welcome')
  kept.socket.destroy()
  next.socket.destroy()
})

test('a target that is away closes the connection', async () => {
  const away = await startTcpProxy({ port: 1 })
  const socket = connect(away.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume()
  await once(socket, 'close')
  await waitFor(() => away.connections === 0)
  await away.close()
})

test('close ends every connection', async () => {
  const other = await startTcpProxy({ port: (echo.address() as AddressInfo).port })
  const socket = connect(other.port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  await waitFor(() => other.connections === 1)
  const closed = once(socket, 'close')
  await other.close()
  await closed
})
