import { brokenClosing } from './broken/closing.ts'
import { brokenCorrelation } from './broken/correlation.ts'
import { brokenDelivery } from './broken/delivery.ts'
import { brokenContext, brokenEvents } from './broken/events.ts'
import { brokenFailures } from './broken/failures.ts'
import { brokenGroups, brokenReadiness } from './broken/groups.ts'
import { brokenHealth, brokenInstances } from './broken/instances.ts'
import { brokenLoad } from './broken/load.ts'
import { brokenPublishing, brokenUnsubscribing } from './broken/publishing.ts'
import { brokenReplays } from './broken/replays.ts'
import { brokenRetries } from './broken/retries.ts'
import { brokenSchedules } from './broken/schedules.ts'
import type { Saboteur } from './broken/sabotage.ts'

/** For each contract case at least one transport that breaks exactly that promise. */
export const brokenTransports: readonly Saboteur[] = [
  ...brokenDelivery,
  ...brokenGroups,
  ...brokenReadiness,
  ...brokenFailures,
  ...brokenRetries,
  ...brokenSchedules,
  ...brokenReplays,
  ...brokenEvents,
  ...brokenContext,
  ...brokenCorrelation,
  ...brokenPublishing,
  ...brokenUnsubscribing,
  ...brokenClosing,
  ...brokenInstances,
  ...brokenHealth,
  ...brokenLoad,
]
