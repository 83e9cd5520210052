-- What went wrong and who was told (docs/alerts.md). Alerts are the house's own record of its machinery, apart from the journal:
-- they must be kept while a journal elsewhere takes no appends, and no rebuild may touch them (docs/adr/0080).
CREATE TABLE ops.alerts (
  alert_id        uuid        PRIMARY KEY,
  kind            text        NOT NULL,
  subject         text        NOT NULL,
  severity        text        NOT NULL CHECK (severity IN ('critical', 'warning')),
  detail          text        NOT NULL,
  raised_at       timestamptz NOT NULL,
  last_seen_at    timestamptz NOT NULL,
  changed_at      timestamptz NOT NULL,
  told_at         timestamptz NULL,
  escalated_at    timestamptz NULL,
  acknowledged_at timestamptz NULL,
  acknowledged_by text        NULL,
  cleared_at      timestamptz NULL,
  CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL))
);

-- The same trouble twice is one alert.
CREATE UNIQUE INDEX alerts_open ON ops.alerts (kind, subject) WHERE cleared_at IS NULL;
CREATE INDEX alerts_latest ON ops.alerts (raised_at DESC, alert_id DESC);
CREATE INDEX alerts_changed ON ops.alerts (changed_at);

COMMENT ON TABLE ops.alerts IS 'Alerts for operators, open and past. A row is an alert from its beginning to its end; the same trouble later is another row.';
COMMENT ON COLUMN ops.alerts.kind IS 'As docs/alerts.md lists them.';
COMMENT ON COLUMN ops.alerts.subject IS 'What of the house it is about: a consumer, a run, a process.';
COMMENT ON COLUMN ops.alerts.detail IS 'What was seen last, in a sentence without anybody''s data.';
COMMENT ON COLUMN ops.alerts.told_at IS 'When the channels were given it. NULL while it is silenced.';
COMMENT ON COLUMN ops.alerts.cleared_at IS 'When it had passed. NULL while it lasts.';

CREATE TABLE ops.silences (
  silence_id  uuid        PRIMARY KEY,
  kind        text        NOT NULL,
  subject     text        NULL,
  until       timestamptz NOT NULL,
  reason      text        NOT NULL,
  silenced_by text        NOT NULL,
  silenced_at timestamptz NOT NULL,
  CHECK (until > silenced_at)
);
COMMENT ON TABLE ops.silences IS 'Alerts that nobody is to be told of for a time. They are kept all the same, and told when the time is over and they last.';
COMMENT ON COLUMN ops.silences.subject IS 'NULL: every subject of this kind.';

-- What is to be sent. A row is written in the transaction of what it tells, and sent at least once (docs/adr/0081).
CREATE TABLE ops.outbox (
  message_id uuid        PRIMARY KEY,
  channel    text        NOT NULL,
  content    json        NOT NULL,
  written_at timestamptz NOT NULL,
  due_at     timestamptz NOT NULL,
  tries      integer     NOT NULL DEFAULT 0,
  problem    text        NULL,
  sent_at    timestamptz NULL,
  given_up_at timestamptz NULL,
  CHECK (sent_at IS NULL OR given_up_at IS NULL)
);
CREATE INDEX outbox_due ON ops.outbox (due_at) WHERE sent_at IS NULL AND given_up_at IS NULL;
COMMENT ON TABLE ops.outbox IS 'Messages to send, and those that were sent. No address of a person is in it.';
COMMENT ON COLUMN ops.outbox.message_id IS 'Made of what the message tells and the channel, so that it cannot be written twice. Receivers know a repeat by it.';

-- How far those who follow the journal for alerts have come. One that is new begins at the journal's end: what happened before is
-- told to nobody.
CREATE TABLE ops.followers (
  name       text        PRIMARY KEY,
  position   numeric(20) NULL,
  updated_at timestamptz NOT NULL
);
COMMENT ON TABLE ops.followers IS 'Last position of the journal that was looked at for alerts.';

CREATE TABLE ops.refused_minutes (
  minute  timestamptz PRIMARY KEY,
  refused bigint      NOT NULL
);
COMMENT ON TABLE ops.refused_minutes IS 'Refused commands a minute, for as long as alerts compare with them.';

CREATE TABLE ops.processes (
  process_id  uuid        PRIMARY KEY,
  role        text        NOT NULL,
  host        text        NOT NULL,
  pid         integer     NOT NULL,
  started_at  timestamptz NOT NULL,
  seen_at     timestamptz NOT NULL,
  left_at     timestamptz NULL,
  disk_free   real        NULL,
  memory_free real        NULL
);
COMMENT ON TABLE ops.processes IS 'Processes of the house: each says now and then that it is there.';
COMMENT ON COLUMN ops.processes.left_at IS 'When it ended as it should. NULL while it runs, and after a kill.';
COMMENT ON COLUMN ops.processes.disk_free IS 'Free share of the disk that holds its data directory.';
COMMENT ON COLUMN ops.processes.memory_free IS 'Free share of the memory that it may use.';
