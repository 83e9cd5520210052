-- What the house did by the clock, and what became of it (docs/schedule.md). A row is written when a run begins and changed
-- when it ends; whoever runs next calls a run interrupted that nobody is at work on any more.
CREATE SCHEMA ops;

CREATE TABLE ops.runs (
  run_id      uuid        PRIMARY KEY,
  kind        text        NOT NULL CHECK (kind IN ('nightly', 'hourly', 'verification', 'drill')),
  covers_from timestamptz NOT NULL,
  covers_to   timestamptz NOT NULL CHECK (covers_to > covers_from),
  state       text        NOT NULL CHECK (state IN ('running', 'succeeded', 'skipped', 'failed', 'interrupted')),
  started_at  timestamptz NOT NULL,
  ended_at    timestamptz NULL,
  problem     text        NULL,
  counts      json        NOT NULL DEFAULT '{}',
  CHECK ((state = 'running') = (ended_at IS NULL)),
  CHECK ((state IN ('skipped', 'failed', 'interrupted')) = (problem IS NOT NULL))
);

CREATE INDEX runs_latest ON ops.runs (started_at DESC, run_id DESC);
-- What is outstanding begins where the last good run of its kind ended, or one that was skipped.
CREATE INDEX runs_done ON ops.runs (kind, covers_to DESC) WHERE state IN ('succeeded', 'skipped');

COMMENT ON TABLE ops.runs IS 'Runs of the house by the clock: the nightly chain, the hourly figures, the check of the archive, the restore drill.';
COMMENT ON COLUMN ops.runs.covers_from IS 'The run is for the time from here (inclusive), UTC days, hours or weeks. A nightly run covers one day, the others all that is outstanding.';
COMMENT ON COLUMN ops.runs.covers_to IS 'Up to here (exclusive).';
COMMENT ON COLUMN ops.runs.problem IS 'Why a run failed, was interrupted or was skipped, in a sentence.';
COMMENT ON COLUMN ops.runs.counts IS 'What the run did, step by step.';
