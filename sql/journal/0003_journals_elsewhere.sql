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
INSERT INTO journal.home (store) SELECT 'postgres' WHERE EXISTS (SELECT FROM journal.events);
