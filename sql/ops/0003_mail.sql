-- Who wants news by e-mail, and of what (docs/alerts.md, "People"). Made from the journal; no address is in here.
CREATE TABLE ops.mail_readers (
  user_id          uuid    PRIMARY KEY,
  data_version     integer NOT NULL DEFAULT 0,
  data_revision    bigint  NULL,
  verified_version integer NULL,
  wanted           boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE ops.mail_readers IS 'What people have said about e-mail. An erased person has no row.';
COMMENT ON COLUMN ops.mail_readers.data_version IS 'How often the person gave personal data.';
COMMENT ON COLUMN ops.mail_readers.data_revision IS 'Where in the person''s stream the data stands, encrypted. It is opened at the moment of sending.';
COMMENT ON COLUMN ops.mail_readers.verified_version IS 'Whose address was confirmed. Mail goes out while it is the current one.';

CREATE TABLE ops.mail_following (
  auction_id uuid    NOT NULL,
  user_id    uuid    NOT NULL,
  leads      boolean NOT NULL,
  sells      boolean NOT NULL,
  owes       integer NULL,
  PRIMARY KEY (auction_id, user_id)
);
COMMENT ON TABLE ops.mail_following IS 'Open auctions that somebody with mail sells or bids in, and sales that such a person has not paid.';
COMMENT ON COLUMN ops.mail_following.owes IS 'The number of the transaction that is to be paid.';

-- A person's letters are sent together: the first at once, those of the next minutes as one digest.
ALTER TABLE ops.outbox ADD COLUMN user_id uuid NULL;
COMMENT ON COLUMN ops.outbox.user_id IS 'Whom a letter is for; NULL for alerts.';
CREATE INDEX outbox_of_person ON ops.outbox (user_id, sent_at) WHERE user_id IS NOT NULL;
