import type { Database } from './database.ts'
import type { Range } from './range.ts'
import { isTimed, timesOf } from './criteria.ts'
import type { QuerySettings } from '../driver.ts'

/** Part of the schema: it is for ever. */
export const positionsPerBlock = 1_024

/** The next block that may have events of a time: one that is complete, or the first of those that are not. */
const nextBlockSql = `
  SELECT coalesce(
    (SELECT block FROM $schema.event_blocks
      WHERE block >= $1::bigint AND last_ms >= $2::bigint AND first_ms < $3::bigint ORDER BY block LIMIT 1),
    (SELECT max(block) + 1 FROM $schema.event_blocks),
    0
  )`

/** The same backward; -1 where there is none. */
const previousBlockSql = `
  SELECT CASE
    WHEN $1::bigint > coalesce((SELECT max(block) FROM $schema.event_blocks), -1) THEN $1::bigint
    ELSE coalesce(
      (SELECT block FROM $schema.event_blocks
        WHERE block <= $1 AND last_ms >= $2::bigint AND first_ms < $3::bigint ORDER BY block DESC LIMIT 1),
      -1
    )
  END`

/** What is left of a range when blocks at its start that have no event of the query's time are left out. */
export async function skipBlocks(database: Database, query: QuerySettings, range: Range): Promise<Range> {
  if (!isTimed(query)) return range
  const { after, before } = range
  const [sql, first] = query.isBackward ? [previousBlockSql, before - 1] : [nextBlockSql, after + 1]
  const row = await database.first(sql, [Math.floor(first / positionsPerBlock), ...timesOf(query)])
  const block = Number(row?.[0])
  return query.isBackward
    ? { after, before: Math.min(before, (block + 1) * positionsPerBlock) }
    : { after: Math.max(after, block * positionsPerBlock - 1), before }
}
