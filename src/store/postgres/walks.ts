/** Statements that walk over one index in the order of positions. Values: {@link walkValues}. */
export interface Walk {
  /** The next stored events. */
  readonly whole: BothWays
  /** The next to which the rest of the query applies; the last that was looked at is there too, at least as a position. */
  readonly sifted: BothWays
  /** How many there are among the next, and where the last of these is. */
  readonly count: string
  /** The same for those to which the rest of the query applies. */
  readonly countSifted: string
}

type Order = 'ASC' | 'DESC'

interface BothWays {
  readonly forward: string
  readonly backward: string
}

/** What an index did not see to: {@link restOf}. */
const rest = `
  ($5::integer IS NULL OR source_id = $5) AND ($6::text IS NULL OR subject = $6)
  AND ($7::text IS NULL OR correlation_id = $7) AND ($8::text IS NULL OR causation_id = $8)
  AND time_ms >= $9::bigint AND time_ms < $10::bigint AND ($11::integer[] IS NULL OR type_id = ANY ($11))`

// PostgreSQL prepares a statement for any values, and believes that two positions are always close to each other. Then it
// would rather walk through all events between them than follow the right index, unless the statement leaves no other way:
// hence the comparison of rows, and the orders that only one index has. Limits that are no values keep the costs that it
// expects far below those from which on it compiles statements, which takes longer than running them.

/** $1 the key, $2 and $3 the positions between which to look, $4 how many rows to look at. */
const byPosition = walkOver(
  (order) => `
    FROM $schema.events WHERE $1::integer IS NULL AND position > $2::bigint AND position < $3::bigint
    ORDER BY position ${order} LIMIT $4::integer`,
)
const byId = walkOver(
  (order) => `
    FROM $schema.events WHERE id = $1::text AND position > $2::bigint AND position < $3::bigint
    ORDER BY position ${order} LIMIT $4::integer`,
)
const byType = walkOver(
  (order) => `
    FROM $schema.events WHERE (type_id, position) > ($1::integer, $2::bigint) AND (type_id, position) < ($1, $3::bigint)
    ORDER BY type_id ${order}, position ${order} LIMIT $4::integer`,
)
const bySource = walkOver(
  (order) => `
    FROM $schema.events WHERE (source_id, position) > ($1::integer, $2::bigint) AND (source_id, position) < ($1, $3::bigint)
    ORDER BY source_id ${order}, position ${order} LIMIT $4::integer`,
)
const bySubject = walkOver(
  (order) => `
    FROM $schema.events
    WHERE ("left"(subject, 500), position) > ("left"($1::text, 500), $2::bigint)
      AND ("left"(subject, 500), position) < ("left"($1, 500), $3::bigint) AND subject = $1
    ORDER BY "left"(subject, 500) ${order}, position ${order} LIMIT $4::integer`,
)
const byCorrelation = walkOver(
  (order) => `
    FROM $schema.events
    WHERE (correlation_id, position) > ($1::text, $2::bigint) AND (correlation_id, position) < ($1, $3::bigint)
      AND correlation_id IS NOT NULL
    ORDER BY correlation_id ${order}, position ${order} LIMIT $4::integer`,
)
const byCausation = walkOver(
  (order) => `
    FROM $schema.events
    WHERE (causation_id, position) > ($1::text, $2::bigint) AND (causation_id, position) < ($1, $3::bigint)
      AND causation_id IS NOT NULL
    ORDER BY causation_id ${order}, position ${order} LIMIT $4::integer`,
)
/** The next positions of each type, of these the next, and the events that are there. */
const byTypes = walkOver(
  (order) => `
    FROM (
      SELECT next.position FROM unnest($1::integer[]) AS wanted (type_id) CROSS JOIN LATERAL (
        SELECT e.position FROM $schema.events AS e
        WHERE (e.type_id, e.position) > (wanted.type_id, $2::bigint) AND (e.type_id, e.position) < (wanted.type_id, $3::bigint)
        ORDER BY e.type_id ${order}, e.position ${order} LIMIT $4::integer
      ) AS next ORDER BY next.position ${order} LIMIT $4
    ) AS merged CROSS JOIN LATERAL (
      SELECT * FROM $schema.events AS e WHERE e.position = merged.position LIMIT 1
    ) AS events`,
)

function walkOver(walk: (order: Order) => string): Walk {
  return {
    whole: bothWays(
      (order) => `
        SELECT position, recorded_ms, redacted_ms, event FROM (
          SELECT position, recorded_ms, redacted_ms, event,
            sum(octet_length(event)) OVER (ORDER BY position ${order} ROWS UNBOUNDED PRECEDING)
              - octet_length(event) AS bytes_before
          FROM (SELECT * FROM (SELECT events.* ${walk(order)}) AS walked LIMIT 5000) AS walked
        ) AS measured
        WHERE bytes_before < $6::bigint ORDER BY position ${order} LIMIT $5::integer`,
    ),
    sifted: bothWays(
      (order) => `
        SELECT position, recorded_ms, redacted_ms, CASE WHEN applies THEN event END FROM (
          SELECT position, recorded_ms, redacted_ms, event, applies,
            sum(bytes) OVER (ORDER BY position ${order} ROWS UNBOUNDED PRECEDING) - bytes AS bytes_before,
            lead(position) OVER (ORDER BY position ${order}) IS NULL AS is_last
          FROM (
            SELECT *, CASE WHEN applies THEN octet_length(event) ELSE 0 END AS bytes
            FROM (SELECT *, ${rest} AS applies FROM (SELECT events.* ${walk(order)}) AS walked LIMIT 5000) AS walked
          ) AS walked
        ) AS measured
        WHERE bytes_before < $13::bigint AND (applies OR is_last) ORDER BY position ${order} LIMIT $12::integer`,
    ),
    count: `
      SELECT count(*), max(position)
      FROM (SELECT * FROM (SELECT events.position ${walk('ASC')}) AS walked LIMIT 20000) AS walked`,
    countSifted: `
      SELECT count(*) FILTER (WHERE applies), max(position)
      FROM (SELECT position, ${rest} AS applies FROM (SELECT events.* ${walk('ASC')}) AS walked LIMIT 20000) AS walked`,
  }
}

function bothWays(statement: (order: Order) => string): BothWays {
  return { forward: statement('ASC'), backward: statement('DESC') }
}

type WalkName =
  'byPosition' | 'byId' | 'byType' | 'bySource' | 'bySubject' | 'byCorrelation' | 'byCausation' | 'byTypes'

/** All of them, for a look at how the server runs them. */
export const walks: Readonly<Record<WalkName, Walk>> = {
  byPosition,
  byId,
  byType,
  bySource,
  bySubject,
  byCorrelation,
  byCausation,
  byTypes,
}
