import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { clustersForm, readClustersFile } from '../../src/cli/clusters-file.ts'
import { putDeadLetters } from '../support/rabbitmq/put-dead-letters.ts'
import { removeTopologyOf } from '../support/rabbitmq/topology.ts'
import { runHere } from './in-process.ts'
import { endAll, run, startServe, startTail } from './processes.ts'

const amqpUrl = new URL(inject('amqpUrl'))
/** The test broker's own, or the default of RabbitMQ. */
const password = decodeURIComponent(amqpUrl.password || 'guest')
const env = { BROKER_PASSWORD: password }
let folder: string
let exchanges: { eu: string; us: string }

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'eventbus-clusters-'))
  const id = randomUUID().slice(0, 8)
  exchanges = { eu: `cli-eu-${id}`, us: `cli-us-${id}` }
})

afterEach(async () => {
  await endAll()
  rmSync(folder, { recursive: true, force: true })
  await Promise.all(Object.values(exchanges).map((exchange) => removeTopologyOf(amqpUrl.href, exchange)))
})

function writeFile(content: unknown): string {
  const file = path.join(folder, 'clusters.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

/** Two clusters on the test broker, with its password in the environment. */
function writeClusters(publishPolicy = 'all'): string {
  const url = `amqp://${amqpUrl.username || 'guest'}:\${BROKER_PASSWORD}@${amqpUrl.host}${amqpUrl.pathname}`
  const clusters = Object.entries(exchanges).map(([name, exchange]) => ({ name, url, exchange }))
  return writeFile({ publishPolicy, clusters })
}

describe('several clusters', () => {
  test('publish and tail work on all of them as one, or on one', async () => {
    const file = writeClusters()
    const all = await startTail(['a.#', '--clusters', file], { env })
    const us = await startTail(['a.#', '--clusters', file, '--cluster', 'us'], { env })
    const onAll = await run(['publish', 'a.all', '1', '--clusters', file], { env })
    const onEu = await run(['publish', 'a.eu', '2'], { env: { ...env, EVENTBUS_CLUSTERS: file } })
    const onUs = await run(['publish', 'a.us', '3', '--clusters', file, '--cluster', 'us'], { env })
    expect([onAll.code, onEu.code, onUs.code]).toEqual([0, 0, 0])
    await all.has('stdout', 'a.us')
    await us.has('stdout', 'a.us')
    const types = (lines: readonly string[]): string[] =>
      lines.map((line) => (JSON.parse(line) as { type: string }).type)
    expect(new Set(types(all.lines))).toEqual(new Set(['a.all', 'a.eu', 'a.us']))
    expect(all.lines.length).toBe(3)
    expect(new Set(types(us.lines))).toEqual(new Set(['a.all', 'a.eu', 'a.us']))
  })

  test('serve shows the clusters, and their health', async () => {
    const serve = await startServe(['--clusters', writeClusters('any')], { env })
    expect(serve.stdout).toContain(`2 clusters, policy any: eu amqp://${amqpUrl.host}`)
    expect(serve.stdout + serve.stderr).not.toContain(password === 'guest' ? 'guest:guest' : password)
    const health = (await (await fetch(`${serve.url}/readyz`)).json()) as { checks: object }
    expect(Object.keys(health.checks)).toEqual(expect.arrayContaining(['home', 'connection:publish@us']))
  })

  test('dead letters are listed for all of them, with the cluster in the id', async () => {
    const file = writeClusters()
    for (const [name, exchange] of Object.entries(exchanges)) {
      await putDeadLetters(amqpUrl.href, exchange, [{ id: name, type: 'a.b', queue: `${exchange}:none`, headers: {} }])
    }
    const listed = await run(['dead-letters', 'list', '--clusters', file], { env })
    const ids = listed.stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id)
    expect(new Set(ids)).toEqual(new Set(['letter-eu@eu', 'letter-us@us']))
    const discarded = await run(['dead-letters', 'discard', 'letter-us@us', '--yes', '--clusters', file], { env })
    expect(discarded.code).toBe(0)
    const left = await run(['dead-letters', 'list', '--clusters', file, '--cluster', 'eu'], { env })
    expect(left.stdout).toContain('"letter-eu"')
  })
})

describe('a file of clusters that is wrong', () => {
  const cluster = { name: 'eu', url: 'amqp://user:secret@localhost' }
  test.each([
    ['no JSON', '{"password": "secret"', 'it is no JSON'],
    ['no clusters', {}, "'clusters' is missing"],
    ['an empty list', { clusters: [] }, "'clusters' is an array"],
    ['an unknown key', { clusters: [{ ...cluster, user: 'secret' }] }, "'user' is not an option"],
    ['an unknown policy', { clusters: [cluster], publishPolicy: 'secret' }, "'all' or 'any' or 'failover'"],
    ['a url of another kind', { clusters: [{ name: 'eu', url: 'http://u:secret@h' }] }, "'url' of 'eu' is of another"],
    ['no url', { clusters: [{ name: 'eu' }] }, "'url' of 'eu' is missing"],
    [
      'a missing variable',
      { clusters: [{ ...cluster, url: 'amqp://u:${NOT_THERE}@h' }] },
      'needs the variable NOT_THERE',
    ],
    ['another kind of queues', { clusters: [{ ...cluster, queueType: 'stream' }] }, "'queueType'"],
    ['a name twice', { clusters: [cluster, cluster] }, "'clusters' has a name twice"],
    ['a name with a colon', { clusters: [{ ...cluster, name: 'a:b' }] }, "'name'"],
  ])('%s: says what, and shows no secret', async (_, content, why) => {
    const { code, stderr } = await runHere(['publish', 'a.b', '--clusters', writeFile(content)])
    expect(stderr).toContain(why)
    expect(stderr.replace(clustersForm, '')).not.toContain('secret')
    expect(code).toBe(2)
  })

  test('one cluster of a file needs the secrets of that one alone', () => {
    const file = writeFile({ clusters: [{ name: 'us', url: 'amqp://u:${NOT_THERE}@h' }, cluster] })
    const { clusters } = readClustersFile(file, '--clusters', {}, 'eu')
    expect(clusters).toEqual([{ name: 'eu', amqpUrl: cluster.url, exchange: 'appserver.events', queueType: 'quorum' }])
  })

  test('a file that is not there, a cluster that is not in it, options that do not go together', async () => {
    const file = writeFile({ clusters: [cluster, { ...cluster, name: 'us' }] })
    const outcomes = [
      [['--clusters', path.join(folder, 'nothing.json')], 'ENOENT'],
      [['--clusters', file, '--cluster', 'asia'], 'there are eu, us'],
      [['--cluster', 'eu'], '--cluster belongs to --clusters'],
      [['--clusters', file, '--amqp-url', 'amqp://localhost'], 'give one of the two'],
      [['--clusters', file, '--url', 'http://localhost'], 'give one of the two'],
      [['--clusters', file, '--exchange', 'x'], '--exchange belongs to --amqp-url'],
      [['--clusters', file, '--queue-type', 'classic'], '--queue-type belongs to --amqp-url'],
    ] as const
    for (const [args, why] of outcomes) {
      const { code, stderr } = await runHere(['publish', 'a.b', ...args])
      expect(stderr).toContain(why)
      expect(code).toBe(2)
    }
  })
})
