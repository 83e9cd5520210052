-- The journal: every accepted fact, once, in one order. A writer holds the row of append_lock from before it numbers its
-- events until it has committed: positions are dense and in commit order, so a reader that goes by position skips nothing
-- (docs/adr/0006-gap-safe-reading.md).
CREATE SCHEMA journal;

-- One row a shard of the journal, and never updated: a counter kept here would leave a dead row behind at every commit,
-- and the next writer would walk over all of them for as long as an old snapshot (a backup, a long query) is held.
CREATE TABLE journal.append_lock (shard smallint PRIMARY KEY);
INSERT INTO journal.append_lock (shard) VALUES (0);

-- A stream's name is 45 characters and its events are many: they carry this key instead.
CREATE TABLE journal.streams (
  stream_key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stream_id  text   NOT NULL UNIQUE
);

CREATE TABLE journal.events (
  position       bigint   NOT NULL PRIMARY KEY,
  stream_key     bigint   NOT NULL,
  revision       bigint   NOT NULL CHECK (revision >= 0),
  -- Milliseconds since 1970, as the domain counts: no conversion stands between a rule and its record.
  occurred_at    bigint   NOT NULL,
  recorded_at    bigint   NOT NULL,
  schema_version smallint NOT NULL,
  event_type     text     NOT NULL,
  command_id     uuid,
  actor_id       uuid,
  -- SHA-256 of the payload's bytes. The payload is text, not jsonb: what was hashed is what is kept.
  hash           bytea    NOT NULL,
  fingerprint    text,
  correlation_id text,
  causation_id   text,
  payload        text     NOT NULL
);

-- The net under the engine's checks: no two events of one stream share a revision, whatever a program believes.
CREATE UNIQUE INDEX events_stream_revision ON journal.events (stream_key, revision);
-- Repeated commands and GET /commands/{id} are answered from here (ADR 0019).
CREATE INDEX events_command ON journal.events (command_id) WHERE command_id IS NOT NULL;

COMMENT ON TABLE journal.events IS 'Append-only. Secret: holds maximum bids and reserve prices. Times in epoch milliseconds.';

CREATE FUNCTION journal.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'journal.events is append-only: % refused', TG_OP;
END $$;

CREATE TRIGGER events_are_forever BEFORE UPDATE OR DELETE OR TRUNCATE ON journal.events
  FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

-- Takes the one append lock, and makes sure that the journal still ends where the writer believes: so a writer that was the
-- last one to write can send a whole append at once (docs/adr/0032). The look is a statement of its own behind the lock's:
-- in READ COMMITTED it sees what the holder before committed.
--
-- `behind` is for a writer that sends an append before it knows what became of the one before it, on the same connection.
-- The earlier append may yet fail, and another writer may then write just as many events: the last position alone would not
-- tell. What each append leaves behind in its session goes with its transaction, so that it tells whether it was our own.
CREATE FUNCTION journal.lock_at(expected bigint, will_be bigint, behind boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  found_last bigint;
BEGIN
  PERFORM FROM journal.append_lock WHERE shard = 0 FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the journal has no append lock';
  END IF;
  SELECT coalesce(max(position), 0) INTO found_last FROM journal.events;
  IF found_last <> expected THEN
    RAISE EXCEPTION 'the journal ends at %, not at %', found_last, expected USING ERRCODE = 'GV001';
  END IF;
  IF behind AND current_setting('gavel.appended_to', true) IS DISTINCT FROM expected::text THEN
    RAISE EXCEPTION 'the append that was to end at % has failed', expected USING ERRCODE = 'GV001';
  END IF;
  PERFORM set_config('gavel.appended_to', will_be::text, false);
END $$;

COMMENT ON FUNCTION journal.lock_at(bigint, bigint, boolean) IS 'Takes the append lock, and fails with GV001 unless the journal ends at expected; with behind, unless an append of this very session has just made it end there.';

-- Folds of long streams. A cache: every row may be deleted at any time.
CREATE TABLE journal.snapshots (
  stream_id      text     NOT NULL,
  schema_version smallint NOT NULL,
  revision       bigint   NOT NULL,
  payload        text     NOT NULL,
  PRIMARY KEY (stream_id, schema_version)
);
-- A snapshot of a hot auction is megabytes of text that is read once, if ever: compressing it took a good part of the time
-- that PostgreSQL spent on the auction.
ALTER TABLE journal.snapshots ALTER COLUMN payload SET STORAGE EXTERNAL;

-- For houses whose journal is in another store (docs/adr/0024-eventstoredb-journal.md). Here these tables stay empty, but
-- for the one row that says where the journal is.

-- Which events a command led to. A cache, kept by the consumer `commands`: it may be emptied together with that consumer's
-- checkpoint at any time.
CREATE TABLE journal.command_index (
  command_id uuid   NOT NULL,
  stream_id  text   NOT NULL,
  revision   bigint NOT NULL CHECK (revision >= 0),
  PRIMARY KEY (command_id, stream_id, revision)
);

-- The store whose positions the checkpoints of this database speak of: read against another journal they would skip events
-- or repeat them.
CREATE TABLE journal.home (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  store    text    NOT NULL CHECK (store IN ('postgres', 'eventstoredb'))
);
