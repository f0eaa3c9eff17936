import { EventBusError } from '../../core/errors.ts'
import type { Point } from '../../core/transport.ts'
import type { Connection } from '../driver.ts'
import { Names } from '../names.ts'
import type { RabbitmqSettings } from '../options.ts'
import { Topology } from '../topology.ts'
import { checkBroker } from './broker-check.ts'
import { openConnection } from './connection-check.ts'
import { answerTo, type Examined } from './examined.ts'
import { checkExchange } from './exchange-check.ts'
import type { Finding } from './finding.ts'
import { checkConfigure, checkRead, checkWrite } from './permission-checks.ts'
import { checkPublish } from './publish-check.ts'
import { checkDeadLetters, checkPoint, checkScheduled } from './queue-checks.ts'
import { checkWaitLadder } from './wait-ladder-check.ts'

/** What is examined beside the broker itself. */
export interface Examination {
  /** Also the queue of a group for one pattern. */
  readonly group?: { readonly name: string; readonly pattern: string }
  /** Also the queue of a named instance. */
  readonly instance?: string
  /** Whether a queue that looks empty and unused is asked for an event, which goes back at once if there is one. */
  readonly probes: boolean
  /** How long all of it may take. */
  readonly timeoutMs: number
}

const goodbyeMs = 1_000

/**
 * Looks at what a bus with these settings needs of its broker, one check after the other. Changes nothing, makes nothing,
 * and takes nothing: what is asked on names that exist is passive, or a declaration of what is there already.
 */
export async function* examine(settings: RabbitmqSettings, examination: Examination): AsyncGenerator<Finding> {
  const deadline = Date.now() + examination.timeoutMs
  const { finding, connection } = await openConnection(settings, deadline)
  yield finding
  if (!connection) return
  try {
    yield* examineOn(connection, settings, examination, deadline)
  } finally {
    await connection.close(Date.now() + goodbyeMs)
  }
}

async function* examineOn(
  connection: Connection,
  settings: RabbitmqSettings,
  { group, instance, probes, timeoutMs }: Examination,
  deadline: number,
): AsyncGenerator<Finding> {
  const names = new Names(settings.exchange)
  const owner = { instance: instance ?? '', instanceIsGenerated: false }
  const points: Point[] = [
    ...(group ? [{ kind: 'group' as const, group: group.name, pattern: group.pattern }] : []),
    ...(instance === undefined ? [] : [{ kind: 'instance' as const }]),
  ]
  const topology = new Topology(settings, names, owner)
  const examined: Examined = { connection, settings, names, topology, instance: owner.instance, probes, deadline }
  for (const check of checksFor(points)) {
    if (Date.now() >= deadline) return yield timeIsOver(timeoutMs)
    const finding = await check(examined)
    yield finding
    const silence = await silenceAfter(finding, examined)
    if (silence) return yield silence
  }
}

type Check = (examined: Examined) => Promise<Finding>

function checksFor(points: readonly Point[]): readonly Check[] {
  return [
    checkBroker,
    checkConfigure,
    checkWrite,
    checkRead,
    checkExchange,
    checkWaitLadder,
    checkScheduled,
    checkDeadLetters,
    ...points.map(
      (point): Check =>
        (examined) =>
          checkPoint(point, examined),
    ),
    checkPublish,
  ]
}

/** A queue that does not answer is one thing, a broker that does not another: then nothing more can be asked. */
async function silenceAfter({ check, code }: Finding, examined: Examined): Promise<Finding | undefined> {
  if (code !== 'BROKER_TIMEOUT' && code !== 'CONNECTION_FAILED') return undefined
  const answer = await answerTo(examined, 'ask anything', async () => {})
  if (!(answer instanceof EventBusError)) return undefined
  const seen = `the broker has not answered since '${check}' (${answer.message}); the checks that follow were not made`
  return { check: 'connection', status: 'fail', code: answer.code, seen, advice: stalledAdvice }
}

const stalledAdvice = 'It hangs, was stopped, or the network between has swallowed the connection.'

function timeIsOver(timeoutMs: number): Finding {
  const seen = `not finished within ${timeoutMs / 1_000} s; the checks that follow were not made`
  return { check: 'time', status: 'fail', code: 'BROKER_TIMEOUT', seen, advice: 'Give more: --timeout-seconds.' }
}
