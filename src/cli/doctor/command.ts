import { OptionReader } from '../../core/option-reader.ts'
import { readName } from '../../core/options.ts'
import { assertPattern } from '../../core/pattern.ts'
import { type Examination, examine } from '../../rabbitmq/doctor/examine.ts'
import { type RabbitmqSettings, resolveRabbitmqOptions } from '../../rabbitmq/options.ts'
import type { Arguments } from '../arguments.ts'
import type { BrokerPlace } from '../clusters-file.ts'
import { type Command, defineCommand } from '../command.ts'
import { exitCodes, UsageError } from '../failure.ts'
import { amqpUrl, cluster, clusters, exchange, queueType, timeoutSeconds } from '../options.ts'
import { writeLine } from '../output.ts'
import { type BrokerTarget, readBrokerTarget } from '../target.ts'
import { Report } from './report.ts'

const options = {
  'amqp-url': amqpUrl,
  exchange,
  'queue-type': queueType,
  clusters,
  cluster,
  group: { value: 'NAME', help: 'with --pattern: also the queue of this group' },
  pattern: { value: 'PATTERN', help: "the group's pattern" },
  instance: { value: 'NAME', help: 'also the queue of this named instance' },
  topology: { value: 'MODE', default: 'declare', help: "declare or check, as the buses' own option" },
  'instance-expires-seconds': { value: 'N', default: '86400', help: "with --instance: as the buses' own option" },
  probe: {
    help: 'asks queues that look empty and unused for an event, which shows those without a leader; one that arrives in that moment goes back at once',
  },
  json: { help: 'JSON, one check a line' },
  'timeout-seconds': { ...timeoutSeconds, help: 'how long all checks of one broker may take' },
} as const

type Args = Arguments<keyof typeof options>

export const doctorCommand: Command = defineCommand({
  name: 'doctor',
  summary: 'says what is wrong with the RabbitMQ that a bus runs on, and what to do',
  usage: ['[options]'],
  details: `
Looks at connection, TLS and login, broker version, permissions, exchange, queues, consumers, dead letters, and
whether the broker takes messages: give --amqp-url or --clusters, or set EVENTBUS_AMQP_URL.
It changes nothing, makes nothing and takes no event away. Ends with 0 when nothing has failed, warnings included,
with 1 when something has.`,
  options,
  examples: [
    { what: 'what a bus would meet', line: 'event-bus doctor --amqp-url amqps://user:password@host' },
    { what: 'and the queue of a group', line: 'event-bus doctor --group billing --pattern order.#' },
    { what: 'all clusters, for a script', line: 'event-bus doctor --clusters clusters.json --json' },
  ],
  run: doctor,
})

/** One broker to be examined, and the cluster that it is, if it has a name. */
interface Patient {
  readonly cluster: string | undefined
  readonly settings: RabbitmqSettings
}

async function doctor(args: Args): Promise<number> {
  const patients = readPatients(args)
  const examination = readExamination(args)
  const report = new Report(args.flag('json'))
  for (const { cluster: name, settings } of patients) {
    for await (const finding of examine(settings, examination)) {
      if (!(await writeLine(report.add(finding, name)))) return exitCodes.failed
    }
  }
  const summary = report.summary
  if (summary !== undefined) await writeLine(summary)
  return report.hasFailures ? exitCodes.failed : exitCodes.done
}

/** All that can be wrong with the command line is found here, before anything is connected. */
function readPatients(args: Args): readonly Patient[] {
  if (args.positionals.length > 0) throw new UsageError(`unexpected argument '${args.positionals[0]}'`)
  const target = readBrokerTarget(args, process.env)
  if (!target) throw new UsageError('the doctor needs --amqp-url or --clusters, or EVENTBUS_AMQP_URL')
  return placesOf(target).map((place) => ({ cluster: place.name, settings: readSettings(place, args) }))
}

interface Place extends BrokerPlace {
  readonly name?: string
}

function placesOf(target: BrokerTarget): readonly Place[] {
  return target.kind === 'clusters' ? target.clusters : [target]
}

function readSettings(place: Place, args: Args): RabbitmqSettings {
  return resolveRabbitmqOptions({
    url: place.amqpUrl,
    exchangeName: place.exchange,
    topology: args.oneOf('topology', ['declare', 'check']),
    queueType: place.queueType,
    instanceExpiresSeconds: args.integer('instance-expires-seconds', 1, 4_294_967),
  })
}

function readExamination(args: Args): Examination {
  const read = new OptionReader('doctor', { group: args.text('group'), instance: args.text('instance') }, [
    'group',
    'instance',
  ])
  const [group, instance, pattern] = [readName(read, 'group'), readName(read, 'instance'), args.text('pattern')]
  if ((group === undefined) !== (pattern === undefined))
    throw new UsageError('--group and --pattern: give both or none')
  if (pattern !== undefined) assertPattern(pattern)
  return {
    ...(group !== undefined && pattern !== undefined && { group: { name: group, pattern } }),
    ...(instance !== undefined && { instance }),
    probes: args.flag('probe'),
    timeoutMs: 1_000 * args.integer('timeout-seconds', 1, 3_600),
  }
}
