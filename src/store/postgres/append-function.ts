/** The first key of the store's advisory locks: `EBUS`. The second is the oid of the events table; for migrations, which make it, a hash of the schema's name. */
export const lockSpace = 0x45425553

/**
 * Appends a batch. On the server, so that an append is one statement: it takes one round trip, no client can stop in the
 * middle and hold the lock, and it may go through a pooler that gives each statement another connection.
 *
 * Whoever holds the lock is alone in writing, to the commit. So positions rise in the order in which they become visible, and
 * a reader that has seen one has seen all in front of it. A sequence alone would not do: transactions commit out of its order.
 */
export const appendFunction: string = `
  CREATE FUNCTION $schema.append_events(
    ids text[], types text[], sources text[], subjects text[], correlation_ids text[], causation_ids text[], times bigint[],
    events text[], expected_version bigint, lock_timeout_ms integer,
    -- The position in front of the batch's first.
    OUT base bigint,
    -- Null where all events are new: then they are at base + 1, base + 2, ...
    OUT positions bigint[],
    -- Not null: the stream is at this version, another than expected, and nothing was appended.
    OUT actual_version bigint
  ) LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $append$
  DECLARE
    total integer := cardinality(ids);
    added integer;
    last bigint;
    now_ms bigint;
  BEGIN
    -- Others isolate a transaction from what happened while it waited for the lock.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
      RAISE 'appending takes the isolation level read committed, not %', current_setting('transaction_isolation')
        USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM set_config('lock_timeout', lock_timeout_ms::text, true);
    PERFORM pg_advisory_xact_lock(${lockSpace}, '$schema.events'::regclass::oid::integer);

    IF expected_version IS NOT NULL AND EXISTS (
      SELECT FROM unnest(ids) AS given (id)
      WHERE NOT EXISTS (SELECT FROM $schema.events AS known WHERE known.id = given.id)
    ) THEN
      SELECT coalesce(max(e.position), 0) INTO actual_version FROM $schema.events AS e
      WHERE "left"(e.subject, 500) = "left"(subjects[1], 500) AND e.subject = subjects[1];
      IF actual_version <> expected_version THEN
        RETURN;
      END IF;
      actual_version := NULL;
    END IF;

    SELECT greatest((SELECT max(e.position) FROM $schema.events AS e), p.pruned_to) INTO base
    FROM $schema.event_positions AS p;
    now_ms := floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint;

    INSERT INTO $schema.event_types (type)
    SELECT DISTINCT given.type FROM unnest(types) AS given (type)
    WHERE NOT EXISTS (SELECT FROM $schema.event_types AS known WHERE known.type = given.type);
    INSERT INTO $schema.event_sources (source)
    SELECT DISTINCT given.source FROM unnest(sources) AS given (source)
    WHERE NOT EXISTS (SELECT FROM $schema.event_sources AS known WHERE known.source = given.source);

    INSERT INTO $schema.events (
      position, time_ms, recorded_ms, type_id, source_id, id, subject, correlation_id, causation_id, event
    )
    SELECT base + n, given.time_ms, now_ms,
      (SELECT t.type_id FROM $schema.event_types AS t WHERE t.type = given.type),
      (SELECT s.source_id FROM $schema.event_sources AS s WHERE s.source = given.source),
      given.id, given.subject, given.correlation_id, given.causation_id, given.event
    FROM unnest(ids, types, sources, subjects, correlation_ids, causation_ids, times, events) WITH ORDINALITY
      AS given (id, type, source, subject, correlation_id, causation_id, time_ms, event, n)
    ORDER BY n
    ON CONFLICT (id) DO NOTHING;
    GET DIAGNOSTICS added = ROW_COUNT;

    last := base + total;
    IF added < total THEN
      positions := ARRAY(
        SELECT e.position FROM unnest(ids) WITH ORDINALITY AS given (id, n) JOIN $schema.events AS e ON e.id = given.id
        ORDER BY n
      );
      SELECT greatest(max(e.position), base) INTO last FROM $schema.events AS e;
    END IF;

    IF (last + 1) >> 10 > (base + 1) >> 10 THEN
      INSERT INTO $schema.event_blocks (block, first_ms, last_ms)
      SELECT e.position >> 10, min(e.time_ms), max(e.time_ms) FROM $schema.events AS e
      WHERE e.position >= ((base + 1) >> 10) << 10 AND e.position < ((last + 1) >> 10) << 10
      GROUP BY 1;
    END IF;
  END $append$;`
