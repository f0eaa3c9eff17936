import { setTimeout as sleep } from 'node:timers/promises'
import { type Fleet, publishers, receivers } from '../members/fleet.ts'
import type { Random } from '../random.ts'
import type { PrivateBroker } from '../rabbitmq/private-broker.ts'
import type { Shape } from '../tcp-link.ts'
import type { TcpProxy } from '../tcp-proxy.ts'
import { closeAllChannels, closeConsumingChannels } from './channel-closes.ts'

export interface Battlefield {
  readonly broker: PrivateBroker
  readonly proxy: TcpProxy
  readonly fleet: Fleet
}

/** What is about to happen, for people, and what makes it happen and end. */
interface Fault {
  readonly what: string
  run(): Promise<void>
}

/** RabbitMQ fact: a quorum queue that was declared less than a second before its only node is killed never recovers. */
const queuesAreSafeAfterMs = 2_000

const faults: readonly FaultMaker[] = [
  cutConnections,
  stallBytes,
  strandConnections,
  shapeBytes,
  closeConnections,
  closeChannels,
  raiseMemoryAlarm,
  killReceiver,
  restartReceiver,
  killPublisher,
  restartBroker,
  killBroker,
]

type FaultMaker = (field: Battlefield, random: Random) => Fault

/** Does harm in so many ways, each time when it goes on after the last. */
export async function doHarm(field: Battlefield, random: Random, times = faults.length): Promise<void> {
  for (const [index, makeFault] of random.shuffled(faults).slice(0, times).entries()) {
    await field.fleet.confirmedMore(random.integer(1, 300))
    const fault = makeFault(field, random)
    console.log(`${index + 1} of ${times}: ${fault.what}`)
    await fault.run()
  }
}

function cutConnections({ proxy }: Battlefield): Fault {
  return { what: 'all connections are cut', run: async () => proxy.cut() }
}

function stallBytes({ proxy }: Battlefield, random: Random): Fault {
  const ms = random.integer(100, 4_000)
  const run = async (): Promise<void> => {
    proxy.stall()
    await sleep(ms)
    proxy.resume()
  }
  return { what: `no byte passes for ${ms} ms`, run }
}

function strandConnections({ proxy }: Battlefield): Fault {
  return { what: 'all connections go silent for ever', run: async () => proxy.strand() }
}

function shapeBytes({ proxy, fleet }: Battlefield, random: Random): Fault {
  const shape = random.pick<Shape>([
    { delayMs: random.integer(1, 100) },
    { bytesPerSecond: random.integer(100_000, 1_000_000) },
    { pieceBytes: random.integer(1, 100) },
  ])
  const run = async (): Promise<void> => {
    proxy.shape(shape)
    await fleet.confirmedMore(random.integer(1, 300))
    proxy.shape({})
  }
  return { what: `bytes pass with ${JSON.stringify(shape)}`, run }
}

function closeConnections({ broker }: Battlefield): Fault {
  const run = async (): Promise<void> => void (await broker.ctl('close_all_connections', 'test'))
  return { what: 'the broker closes all connections', run }
}

function closeChannels({ broker }: Battlefield, random: Random): Fault {
  const close = random.pick([closeAllChannels, closeConsumingChannels])
  return { what: `the broker closes channels (${close.name})`, run: () => close(broker) }
}

function raiseMemoryAlarm({ broker, fleet }: Battlefield, random: Random): Fault {
  const run = async (): Promise<void> => {
    await broker.ctl('set_vm_memory_high_watermark', '0.000001')
    // Not so many more: those on their way already may be all that the publishers have at once.
    await fleet.unconfirmed(random.integer(1, 20))
    await broker.ctl('set_vm_memory_high_watermark', '0.4')
  }
  return { what: 'the broker is out of memory for a while', run }
}

function killReceiver({ fleet }: Battlefield, random: Random): Fault {
  return killMember(fleet, random.pick(receivers), random)
}

function killPublisher({ fleet }: Battlefield, random: Random): Fault {
  return killMember(fleet, random.pick(publishers), random)
}

function killMember(fleet: Fleet, name: string, random: Random): Fault {
  const run = async (): Promise<void> => {
    await fleet.killMember(name)
    await fleet.confirmedMore(random.integer(1, 300))
    await fleet.startMember(name)
  }
  return { what: `${name} is killed and starts again`, run }
}

function restartReceiver({ fleet }: Battlefield, random: Random): Fault {
  const name = random.pick(receivers)
  const run = async (): Promise<void> => {
    await fleet.terminateMember(name)
    await fleet.startMember(name)
  }
  return { what: `${name} closes and starts again`, run }
}

function restartBroker({ broker }: Battlefield): Fault {
  const run = async (): Promise<void> => {
    await broker.stop()
    await broker.start()
  }
  return { what: 'the broker restarts', run }
}

function killBroker({ broker }: Battlefield): Fault {
  const run = async (): Promise<void> => {
    await sleep(queuesAreSafeAfterMs)
    await broker.kill()
    await broker.start()
  }
  return { what: 'the broker is killed and starts again', run }
}
