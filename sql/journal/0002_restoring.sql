-- A restore from Bronze that is not finished. While the row is there no house opens on this database: it would judge by a part
-- of the history (docs/adr/0069).
CREATE TABLE journal.restoring (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  upto     text    NOT NULL
);
COMMENT ON TABLE journal.restoring IS 'One row while a restore from Bronze is unfinished; `upto` is the position that it goes to.';
