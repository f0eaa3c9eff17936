import { readFileSync } from 'node:fs'
import { asError } from '../core/errors.ts'
import { OptionReader } from '../core/option-reader.ts'
import type { PublishPolicy } from '../multi-cluster/index.ts'
import { UsageError } from './failure.ts'

export const queueTypes = ['quorum', 'classic'] as const

/** Where one exchange is, and what its queues are. */
export interface BrokerPlace {
  readonly amqpUrl: string
  readonly exchange: string
  readonly queueType: (typeof queueTypes)[number]
}

/** One cluster, as a file names it. */
export interface ClusterPlace extends BrokerPlace {
  readonly name: string
}

/** What a file of clusters says. */
export interface ClustersFile {
  readonly publishPolicy: PublishPolicy
  readonly clusters: readonly [ClusterPlace, ...ClusterPlace[]]
}

/** What such a file looks like, for help and errors. */
export const clustersForm: string =
  '{"publishPolicy": "any", "clusters": [{"name": "eu", "url": "amqps://${EU_USER}:${EU_PASSWORD}@host", "exchange": "..."}, ...]}'

/**
 * Reads a file of clusters, or of them the one that is called `only`, whose secrets alone are needed then; `label` is the
 * option that names the file. Throws `UsageError`, which shows no value.
 */
export function readClustersFile(file: string, label: string, env: NodeJS.ProcessEnv, only?: string): ClustersFile {
  try {
    return readClusters(JSON.parse(readFileSync(file, 'utf8')), env, only)
  } catch (error) {
    if (error instanceof UsageError) throw error
    // What a parser complains of may hold a password.
    const why = error instanceof SyntaxError ? 'it is no JSON' : asError(error).message
    throw new UsageError(`${label}: ${why}; the file must be like ${clustersForm}`)
  }
}

function readClusters(content: unknown, env: NodeJS.ProcessEnv, only: string | undefined): ClustersFile {
  const read = new OptionReader('the file of clusters', content, ['publishPolicy', 'clusters'])
  const clusters = read.instance('clusters', 'an array of at least one cluster', isFilledList)
  const all = (clusters ?? []).map(readCluster)
  const [first, ...others] = chosenOf(all, only).map((place) => filledIn(place, env))
  if (!first) throw read.refuse('clusters', 'is missing', 'an array of at least one cluster')
  const publishPolicy = read.oneOf('publishPolicy', ['all', 'any', 'failover'], 'all')
  return { publishPolicy, clusters: [first, ...others] }
}

function readCluster(content: unknown): ClusterPlace {
  const read = new OptionReader('a cluster in the file', content, ['name', 'url', 'exchange', 'queueType'])
  const [name, url] = [read.string('name'), read.string('url')]
  if (name === undefined) throw read.refuse('name', 'is missing', 'a name of its own')
  if (url === undefined) throw read.refuse('url', `of '${name}' is missing`, 'amqp://user:password@host:port/vhost')
  if (!/^amqps?:/.test(url)) throw read.refuse('url', `of '${name}' is of another kind`, 'amqp:// or amqps://')
  const queueType = read.oneOf('queueType', queueTypes, 'quorum')
  return { name, amqpUrl: url, exchange: read.string('exchange') ?? 'appserver.events', queueType }
}

function chosenOf(clusters: readonly ClusterPlace[], only: string | undefined): readonly ClusterPlace[] {
  if (only === undefined || clusters.length === 0) return clusters
  const found = clusters.filter(({ name }) => name === only)
  const known = clusters.map(({ name }) => name).join(', ')
  if (found.length === 0) throw new UsageError(`--cluster: '${only}' is not in the file; there are ${known}`)
  return found
}

/** Secrets come from the environment: `${NAME}` stands for a variable, whatever characters its value has. */
function filledIn(place: ClusterPlace, env: NodeJS.ProcessEnv): ClusterPlace {
  const amqpUrl = place.amqpUrl.replaceAll(/\$\{(\w+)\}/g, (_, variable: string) => {
    const value = env[variable]
    if (value === undefined) throw new UsageError(`the url of cluster '${place.name}' needs the variable ${variable}`)
    return encodeURIComponent(value)
  })
  return { ...place, amqpUrl }
}

function isFilledList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0
}
