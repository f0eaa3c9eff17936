import type { UntypedBus } from '../../core/api.ts'
import type { EventQuery } from '../../core/event-store.ts'
import {
  type ReplayOptions,
  type ReplayPoint,
  type ReplayQueue,
  type ReplayReport,
  ReplayStopped,
} from '../../core/replay.ts'
import { asks } from '../asks.ts'
import { exitCodes, faultLine, faultOf } from '../failure.ts'
import { printable } from '../printable.ts'
import { number, ReplayDisplay } from './progress.ts'
import { showPoint } from './resume-point.ts'

/** What the command line asks for. */
export interface ReplayOrder {
  readonly query: EventQuery
  readonly queue: ReplayQueue
  readonly resumeFrom: ReplayPoint | undefined
  readonly ratePerSecond: number | undefined
  readonly dryRun: boolean
  readonly isAgreed: boolean
  readonly asJson: boolean
}

/** Replays, if somebody agrees, with progress and a summary; answers the exit code. */
export async function runReplay(bus: UntypedBus, order: ReplayOrder, signal: AbortSignal): Promise<number> {
  if (order.dryRun) return tellCount(await count(bus, order), order)
  if (!order.isAgreed && !(await agrees(bus, order, signal))) {
    process.stderr.write('event-bus: nothing was replayed\n')
    return exitCodes.failed
  }
  const display = new ReplayDisplay()
  const { resumeFrom, ratePerSecond } = order
  try {
    const options = { resumeFrom, ratePerSecond, signal, onProgress: display.onProgress }
    return tellEnd(await replay(bus, order, options, display), order, display)
  } catch (error) {
    if (!(error instanceof ReplayStopped)) throw error
    process.stderr.write(faultLine(faultOf(error.cause)))
    return tellEnd(error.report, order, display)
  }
}

async function replay(
  bus: UntypedBus,
  { query, queue }: ReplayOrder,
  options: ReplayOptions,
  display: ReplayDisplay,
): Promise<ReplayReport> {
  try {
    return await bus.replay(query, queue, options)
  } finally {
    display.end()
  }
}

function count(bus: UntypedBus, { query, queue, resumeFrom }: ReplayOrder): Promise<ReplayReport> {
  return bus.replay(query, queue, { resumeFrom, dryRun: true })
}

async function agrees(bus: UntypedBus, order: ReplayOrder, signal: AbortSignal): Promise<boolean> {
  const { total } = await count(bus, order)
  return total === 0 || asks(`Replay ${eventCount(total)} to ${describe(order.queue)}? [y/N] `, signal)
}

function tellCount(report: ReplayReport, { queue, asJson }: ReplayOrder): number {
  if (asJson) process.stdout.write(`${JSON.stringify(report)}\n`)
  process.stderr.write(`event-bus: ${eventCount(report.total)} would go to ${describe(queue)}\n`)
  return exitCodes.done
}

function tellEnd(report: ReplayReport, { queue, asJson }: ReplayOrder, { elapsedMs }: ReplayDisplay): number {
  if (asJson) process.stdout.write(`${JSON.stringify(report)}\n`)
  const { total, replayed, isComplete } = report
  const perSecond = Math.round((1_000 * replayed) / Math.max(1, elapsedMs))
  const counts = `${number(replayed)} of ${eventCount(total)} replayed to ${describe(queue)}`
  process.stderr.write(`event-bus: ${counts} (${number(perSecond)}/s)\n`)
  if (isComplete) return exitCodes.done
  process.stderr.write(`event-bus: to go on, the same with --resume-from ${showPoint(report)}\n`)
  return exitCodes.failed
}

function describe({ group, pattern }: ReplayQueue): string {
  return printable(`the queue of '${group}' for '${pattern}'`)
}

function eventCount(value: number): string {
  return `${number(value)} event${value === 1 ? '' : 's'}`
}
