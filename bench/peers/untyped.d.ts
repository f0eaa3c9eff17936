// The parts that the bench uses of packages that bring no types.

declare module 'rascal' {
  interface Emitter<Events extends Record<string, unknown[]>> {
    on<Name extends keyof Events>(name: Name, listener: (...args: Events[Name]) => void): this
  }

  type Publication = Emitter<{ success: [id: string]; error: [error: Error] }>
  type Subscription = Emitter<{
    message: [message: unknown, content: unknown, ackOrNack: () => void]
    error: [error: Error]
  }>

  interface Broker extends Emitter<{ error: [error: Error] }> {
    publish(publication: string, message: unknown): Promise<Publication>
    subscribe(subscription: string): Promise<Subscription>
    shutdown(): Promise<void>
  }

  const rascal: {
    withDefaultConfig(config: object): object
    BrokerAsPromised: { create(config: object): Promise<Broker> }
  }
  export default rascal
}

declare module 'qlobber' {
  class Qlobber<Value> {
    add(topic: string, value: Value): this
    match(topic: string): Value[]
  }
  const qlobber: { Qlobber: typeof Qlobber }
  export default qlobber
}
