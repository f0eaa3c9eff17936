import { closeCases } from './close-cases.ts'
import { contextCases } from './context-cases.ts'
import type { ContractCase } from './contract-case.ts'
import { correlationCases } from './correlation-cases.ts'
import { deliveryCases } from './delivery-cases.ts'
import { eventCases } from './event-cases.ts'
import { failureCases } from './failure-cases.ts'
import { groupCases } from './group-cases.ts'
import { healthCases } from './health-cases.ts'
import { instanceCases } from './instance-cases.ts'
import { loadCases } from './load-cases.ts'
import { orderCases } from './order-cases.ts'
import { patternCases } from './pattern-cases.ts'
import { publishCases } from './publish-cases.ts'
import { readinessCases } from './readiness-cases.ts'
import { replayCases } from './replay-cases.ts'
import { retryCases } from './retry-cases.ts'
import { scheduleCases } from './schedule-cases.ts'
import { unsubscribeCases } from './unsubscribe-cases.ts'

/**
 * The promises that every transport keeps, as data: any test runner can run them.
 *
 * ```ts
 * for (const { about, name, run } of transportContract) test(`${about}: ${name}`, () => run(harness))
 * ```
 */
export const transportContract: readonly ContractCase[] = [
  ...deliveryCases,
  ...patternCases,
  ...orderCases,
  ...groupCases,
  ...readinessCases,
  ...failureCases,
  ...retryCases,
  ...scheduleCases,
  ...replayCases,
  ...eventCases,
  ...publishCases,
  ...unsubscribeCases,
  ...closeCases,
  ...instanceCases,
  ...contextCases,
  ...correlationCases,
  ...healthCases,
  ...loadCases,
]
