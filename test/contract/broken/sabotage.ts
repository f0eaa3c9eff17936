import { setTimeout as sleep } from 'node:timers/promises'
import type {
  Copy,
  Delivery,
  Intake,
  Member,
  Outcome,
  Point,
  PublishRequest,
  Receive,
  Transport,
  TransportSession,
} from '../../../src/core/transport.ts'

/** A transport that breaks one promise: the memory with something between it and the bus. */
export interface Saboteur {
  /** The name of the contract case that must fail on it. */
  readonly breaks: string
  /** What is wrong with it. */
  readonly how: string
  /** What the case must say of it. */
  readonly complaint: RegExp
  /** Made anew for every run, since it may remember things. */
  readonly make: () => Sabotage
}

export type Sabotage = (transport: Transport) => Transport

type Send = (request: PublishRequest) => Promise<void>

export const never: Promise<never> = new Promise(() => {})

export const released: Outcome = { kind: 'release' }
export const acknowledged: Outcome = { kind: 'ack' }

/** Puts other parts into each session. */
export function sessions(parts: (session: TransportSession, member: Member) => Partial<TransportSession>): Sabotage {
  return (transport) => ({
    name: transport.name,
    join(member) {
      const session = transport.join(member)
      const whole: TransportSession = {
        get status() {
          return session.status
        },
        ready: session.ready,
        publish: (request) => session.publish(request),
        replay: (request) => session.replay(request),
        forward: (request) => session.forward(request),
        consume: (point, receive) => session.consume(point, receive),
        deadLetters: session.deadLetters,
        load: () => session.load(),
        check: (timeoutMs) => session.check(timeoutMs),
        pause: () => session.pause(),
        close: (deadline) => session.close(deadline),
      }
      return replaced(whole, parts(session, member))
    },
  })
}

/** Changes what the buses are to the transport. */
export function joining(change: (member: Member) => Partial<Member>): Sabotage {
  return (transport) => ({
    name: transport.name,
    join: (member) =>
      transport.join({
        ...member,
        onStatus: (status) => member.onStatus(status),
        onGap: (gap) => member.onGap(gap),
        ...change(member),
      }),
  })
}

/** Does something to what is published. */
export function publishing(wrap: (send: Send) => Send): Sabotage {
  return sessions((session) => ({ publish: wrap((request) => session.publish(request)) }))
}

/** Does something between a queue and its handlers. */
export function receiving(wrap: (receive: Receive, point: Point, member: Member) => Receive): Sabotage {
  return sessions((session, member) => ({
    consume: (point, receive) => session.consume(point, wrap(receive, point, member)),
  }))
}

/** Hands out other events than those that came. */
export function delivering(change: (delivery: Delivery) => Partial<Delivery>): Sabotage {
  return receiving((receive) => (delivery) => receive({ ...delivery, ...change(delivery) }))
}

/** Does something else with a delivery than the bus says. */
export function settling(change: (outcome: Outcome) => Outcome | Promise<Outcome>): Sabotage {
  return receiving((receive) => async (delivery) => change(await receive(delivery)))
}

/** Stores other copies than the bus says; none for `undefined`. */
export function copying(change: (copy: Copy) => Copy | undefined): Sabotage {
  return settling((outcome) => {
    if (outcome.kind !== 'forward') return outcome
    return { kind: 'forward', copies: outcome.copies.map(change).filter((copy) => copy !== undefined) }
  })
}

/** Whether one of the copies is a dead letter. */
export function isDead(outcome: Outcome): boolean {
  return outcome.kind === 'forward' && outcome.copies.some(({ kind }) => kind === 'deadLetter')
}

/** Does something else with bindings and with the end of a consumer. */
export function intaking(change: (intake: Intake, point: Point) => Partial<Intake>): Sabotage {
  return sessions((session) => ({
    consume: (point, receive) => {
      const intake = session.consume(point, receive)
      return withParts(intake, change(intake, point))
    },
  }))
}

/** Takes another queue than the one that is asked for. */
export function pointing(change: (point: Extract<Point, { kind: 'group' }>, member: Member) => object): Sabotage {
  return sessions((session, member) => ({
    consume: (point, receive) =>
      session.consume(point.kind === 'group' ? { ...point, ...change(point, member) } : point, receive),
  }))
}

/** Sends a little later, and what is not sent when the session closes never. */
export function sendingLate(resolvesAtOnce: boolean): Sabotage {
  return sessions((session) => {
    let isClosed = false
    return {
      publish: async (request) => {
        const sent = sleep(30).then(() => (isClosed ? undefined : session.publish(request)))
        if (!resolvesAtOnce) await sent
      },
      close: (deadline) => {
        isClosed = true
        return session.close(deadline)
      },
    }
  })
}

/** The intake with other parts. */
export function withParts(intake: Intake, parts: Partial<Intake>): Intake {
  const whole: Intake = {
    queue: intake.queue,
    get status() {
      return intake.status
    },
    bind: (pattern) => intake.bind(pattern),
    unbind: (pattern) => intake.unbind(pattern),
    stop: () => intake.stop(),
  }
  return replaced(whole, parts)
}

/** The object with parts of another one in their place, getters included. */
function replaced<T extends object>(whole: T, parts: Partial<T>): T {
  return Object.defineProperties(whole, Object.getOwnPropertyDescriptors(parts))
}
