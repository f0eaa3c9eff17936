import type { Orders } from '../end/end.ts'

export interface LocalOrders extends Orders {
  readonly task: 'emit' | 'match' | 'subscriptions'
  /** How many events, or subscriptions. */
  readonly count: number
}
