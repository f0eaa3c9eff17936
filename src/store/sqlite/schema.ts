/** Tells a file of this store from other SQLite files: `EBUS`. */
export const applicationId = 0x45425553

/** So many positions make a block. */
export const positionsPerBlock = 1_024

/** Each brings a file from the version of its index to the next one. One that was released is never changed. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE event_types (type_id INTEGER PRIMARY KEY, type TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE event_sources (source_id INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE) STRICT;

  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    type_id INTEGER NOT NULL,
    source_id INTEGER NOT NULL,
    subject TEXT,
    correlation_id TEXT,
    causation_id TEXT,
    time_ms INTEGER NOT NULL,
    recorded_ms INTEGER NOT NULL,
    redacted_ms INTEGER,
    event TEXT NOT NULL
  ) STRICT;
  -- SQLite adds the position to every index: each gives its events in their order.
  CREATE UNIQUE INDEX events_by_id ON events (id);
  CREATE INDEX events_by_type ON events (type_id);
  CREATE INDEX events_by_source ON events (source_id);
  CREATE INDEX events_by_subject ON events (subject) WHERE subject IS NOT NULL;
  CREATE INDEX events_by_correlation ON events (correlation_id) WHERE correlation_id IS NOT NULL;
  CREATE INDEX events_by_causation ON events (causation_id) WHERE causation_id IS NOT NULL;

  -- The earliest and the latest time of each block of positions: times select positions by it.
  CREATE TABLE event_blocks (
    block INTEGER PRIMARY KEY,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL
  ) STRICT;

  -- Kept apart from the events, since a position is never given out again when its event is gone.
  CREATE TABLE event_positions (last_position INTEGER NOT NULL) STRICT;
  INSERT INTO event_positions VALUES (0);

  CREATE TABLE event_checkpoints (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE event_audit (
    number INTEGER PRIMARY KEY,
    action TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    events INTEGER NOT NULL,
    request TEXT NOT NULL
  ) STRICT;
  `,
]
