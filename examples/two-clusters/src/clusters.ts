import { type ClusterOptions, memory } from '@appserver/event-bus'
import { rabbitmq } from '@appserver/event-bus/rabbitmq'

/** The brokers of EU_URL and US_URL; without these, two in memory, which never go away. */
export function clustersOf({ EU_URL, US_URL, EU_EXCHANGE, US_EXCHANGE }: NodeJS.ProcessEnv): ClusterOptions[] {
  return [
    { name: 'eu', transport: EU_URL ? rabbitmq({ url: EU_URL, exchangeName: EU_EXCHANGE }) : memory() },
    { name: 'us', transport: US_URL ? rabbitmq({ url: US_URL, exchangeName: US_EXCHANGE }) : memory() },
  ]
}
