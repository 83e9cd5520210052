-- What people keep for themselves: lots that they watch, and searches with a name. No fact of the house (docs/adr/0113): whoever is
-- erased has no row in here, and nobody but the person is shown one.
CREATE SCHEMA own_lists;

CREATE TABLE own_lists.watched_lots (
  user_id    uuid        NOT NULL,
  auction_id uuid        NOT NULL,
  watched_at timestamptz NOT NULL,
  told_at    timestamptz NULL,
  PRIMARY KEY (user_id, auction_id)
);
COMMENT ON TABLE own_lists.watched_lots IS 'Lots that people watch.';
COMMENT ON COLUMN own_lists.watched_lots.told_at IS 'When a letter was written that the lot closes soon.';
CREATE INDEX watched_lots_by_time ON own_lists.watched_lots (user_id, watched_at DESC, auction_id DESC);
CREATE INDEX watched_lots_by_auction ON own_lists.watched_lots (auction_id) WHERE told_at IS NULL;

CREATE TABLE own_lists.saved_searches (
  search_id uuid        PRIMARY KEY,
  user_id   uuid        NOT NULL,
  name      text        NOT NULL,
  filter    json        NOT NULL,
  saved_at  timestamptz NOT NULL,
  UNIQUE (user_id, name)
);
COMMENT ON TABLE own_lists.saved_searches IS 'Searches that people have given a name.';
COMMENT ON COLUMN own_lists.saved_searches.filter IS 'What the list of auctions is asked with.';
