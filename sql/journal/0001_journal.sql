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

-- Folds of long streams. A cache: every row may be deleted at any time.
CREATE TABLE journal.snapshots (
  stream_id      text     NOT NULL,
  schema_version smallint NOT NULL,
  revision       bigint   NOT NULL,
  payload        text     NOT NULL,
  PRIMARY KEY (stream_id, schema_version)
);
