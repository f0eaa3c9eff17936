/** `npm run bench`: measures, prints one table, writes a JSON. `npm run bench -- --help` tells the options. */
import { exitCodes, Failure, faultOf, UsageError } from '../src/cli/failure.ts'
import { Interruption } from '../src/cli/signals.ts'
import { brokerVersion } from '../test/support/rabbitmq/handshake.ts'
import type { Axis } from './axes/axis.ts'
import { referencesOf } from './axes/index.ts'
import { Stage } from './broker/stage.ts'
import { type Measured, measureAxis } from './measure-axis.ts'
import { type Options, readOptions, usage } from './options.ts'
import { checkRatio, checkTable, type WantedRatio } from './report/check.ts'
import { resultsOf, writeResults } from './report/results.ts'
import { figuresTable } from './report/table.ts'

/** A busy machine may take long. */
const handshakeLimitMs = 60_000
const interruption = new Interruption()
try {
  const options = readOptions(process.argv.slice(2), process.env)
  process.exitCode = options ? await bench(options) : help()
} catch (error) {
  if (!interruption.signal.aborted) console.error(`bench: ${faultOf(error).message}`)
  process.exitCode = interruption.exitCode(error instanceof UsageError ? exitCodes.usage : exitCodes.failed)
}
interruption.release()

function help(): number {
  console.log(usage)
  return exitCodes.done
}

async function bench(options: Options): Promise<number> {
  const broker = options.axes.some(({ onBroker }) => onBroker) ? await versionOf(options.url) : 'none'
  const { figures, failures } = await measure(options)
  const checked = options.ratios?.map((wanted) => checkRatio(wanted, figures))
  console.log(checked ? checkTable(checked) : figuresTable(figures, referencesOf(options.axes)))
  await writeResults(options.jsonFile, resultsOf(figures, options, broker))
  console.error(`The figures are in ${options.jsonFile}`)
  for (const { axis, contender, reason } of failures) console.error(`not measured: ${axis}, ${contender}: ${reason}`)
  const isMissed = checked?.some(({ isMet }) => !isMet) ?? false
  return failures.length === 0 && !isMissed ? exitCodes.done : exitCodes.failed
}

async function measure(options: Options): Promise<Measured> {
  const { signal } = interruption
  const stage = new Stage(options.url, options.limitSeconds)
  const measured: Measured[] = []
  try {
    for (const axis of options.axes) {
      const contenders = options.contenders.filter((name) => !options.ratios || isCompared(name, axis, options.ratios))
      const settings = { ...options, contenders, patience: { limitSeconds: options.limitSeconds, signal } }
      measured.push(await measureAxis(axis, settings, stage, (line) => console.error(line)))
    }
  } finally {
    await stage.clear()
  }
  return {
    figures: measured.flatMap(({ figures }) => figures),
    failures: measured.flatMap(({ failures }) => failures),
  }
}

function isCompared(contender: string, axis: Axis, ratios: readonly WantedRatio[]): boolean {
  return ratios.some((one) => one.axis === axis.name && [one.of.contender, one.to.contender].includes(contender))
}

async function versionOf(url: string): Promise<string> {
  try {
    return await brokerVersion(url, handshakeLimitMs)
  } catch (cause) {
    // The URL may hold a password.
    const { host } = new URL(url)
    throw new Failure(
      'NO_BROKER',
      `no RabbitMQ answers at ${host}; start one, or name another with --amqp-url or EVENTBUS_AMQP_URL`,
      { cause },
    )
  }
}
