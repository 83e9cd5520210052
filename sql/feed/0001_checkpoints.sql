-- How far each consumer has come, and what it had to set aside. A consumer writes here in the same transaction as into its
-- own tables, so the two can never tell different stories.

CREATE SCHEMA feed;

CREATE TABLE feed.checkpoints (
  consumer   text        NOT NULL,
  slice      integer     NOT NULL,
  slices     integer     NOT NULL,
  position   numeric(20) NULL,
  generation bigint      NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (consumer, slice),
  CHECK (slice >= 0 AND slice < slices)
) WITH (fillfactor = 10); -- One row, rewritten with every batch: its versions stay on the page they began on.

COMMENT ON TABLE feed.checkpoints IS 'The last position that each slice of a consumer is done with: every event up to it is applied or parked.';
COMMENT ON COLUMN feed.checkpoints.slices IS 'How many slices the consumer was started with. Another number would read some events twice and others never, so it is refused.';
COMMENT ON COLUMN feed.checkpoints.position IS 'As the journal prints it. NULL before the first event.';
COMMENT ON COLUMN feed.checkpoints.generation IS 'Raised by whoever changes the consumer''s tables or parked streams from outside (a replay, a swap after a rebuild): a running consumer then drops its batch and loads everything anew.';

CREATE TABLE feed.parked_streams (
  consumer   text        NOT NULL,
  stream_id  text        NOT NULL,
  slice      integer     NOT NULL,
  revision   bigint      NOT NULL CHECK (revision >= 0),
  position   numeric(20) NOT NULL,
  event_type text        NOT NULL,
  reason     text        NOT NULL,
  parked_at  timestamptz NOT NULL,
  PRIMARY KEY (consumer, stream_id)
);

COMMENT ON TABLE feed.parked_streams IS 'Streams that a consumer cannot apply past the named event. The rest of the journal goes on without them.';
COMMENT ON COLUMN feed.parked_streams.revision IS 'The event that could not be applied.';
COMMENT ON COLUMN feed.parked_streams.reason IS 'Why, without any value of the event: amounts and personal data stay in the journal.';

CREATE TABLE feed.parked_events (
  consumer   text        NOT NULL,
  stream_id  text        NOT NULL,
  revision   bigint      NOT NULL,
  position   numeric(20) NOT NULL,
  event_type text        NOT NULL,
  queued_at  timestamptz NOT NULL,
  PRIMARY KEY (consumer, stream_id, revision),
  FOREIGN KEY (consumer, stream_id) REFERENCES feed.parked_streams ON DELETE CASCADE
);

COMMENT ON TABLE feed.parked_events IS 'What waits in a parked stream, the poison event first. The events themselves are in the journal.';
