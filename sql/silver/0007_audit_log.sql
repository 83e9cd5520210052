-- The audit log: what staff, and machines with their roles, did (SECURITY.md). It is made of events, so Bronze has all of it, and
-- a rebuild makes it anew. What the house does by the clock is not in it.
CREATE TABLE silver_private.audit_entries (
  stream_id text        NOT NULL,
  revision  bigint      NOT NULL,
  act       text        NOT NULL,
  actor_id  uuid        NULL,
  account   text        NULL,
  subject   text        NOT NULL,
  detail    text        NULL,
  reason    text        NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (stream_id, revision)
);
COMMENT ON COLUMN silver_private.audit_entries.reason IS 'For staff alone.';
CREATE INDEX audit_entries_at ON silver_private.audit_entries (at, stream_id, revision);
CREATE INDEX audit_entries_actor ON silver_private.audit_entries (actor_id, at, stream_id, revision);
CREATE INDEX audit_entries_subject ON silver_private.audit_entries (subject, at, stream_id, revision);

CREATE VIEW silver.audit_log AS
SELECT stream_id || '/' || revision AS entry_id, act, actor_id, account, subject, detail, at
FROM silver_private.audit_entries;
COMMENT ON VIEW silver.audit_log IS 'What staff did, and machines with their roles: one row an act. Why is for staff alone, in gavel audit and GraphQL''s auditLog.';
COMMENT ON COLUMN silver.audit_log.entry_id IS 'The event that records it: stream and revision.';
COMMENT ON COLUMN silver.audit_log.act IS 'The event''s type, as BidVoided; of an act on the house itself its name, as RoleGiven.';
COMMENT ON COLUMN silver.audit_log.actor_id IS 'Who did it; NULL for the house''s own commands. Refers to users.user_id.';
COMMENT ON COLUMN silver.audit_log.account IS 'The account of the operating system that ran the house''s own command; NULL for others.';
COMMENT ON COLUMN silver.audit_log.subject IS 'What it was done to: a stream, as auction- and the auction''s id, or a part of the house.';
COMMENT ON COLUMN silver.audit_log.detail IS 'Which bid, transaction, lot or role; NULL where there is but one.';
COMMENT ON COLUMN silver.audit_log.at IS 'When. An act on the house itself is on record before it is done.';

GRANT SELECT ON silver.audit_log TO gavel_analyst;
