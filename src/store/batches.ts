import type { EventRecord, StoreDriver } from './driver.ts'

/** The records in order, in runs that the driver takes at once. */
export function* batchesOf(
  records: readonly EventRecord[],
  limits: StoreDriver['batch'],
): Generator<readonly EventRecord[]> {
  let batch: EventRecord[] = []
  let bytes = 0
  for (const record of records) {
    const size = record.json.length
    if (batch.length === limits.events || (batch.length > 0 && bytes + size > limits.bytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(record)
    bytes += size
  }
  if (batch.length > 0) yield batch
}
