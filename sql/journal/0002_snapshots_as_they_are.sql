-- A snapshot of a hot auction is megabytes of text that is read once, if ever: compressing it took a good part of the time
-- that PostgreSQL spent on the auction.
ALTER TABLE journal.snapshots ALTER COLUMN payload SET STORAGE EXTERNAL;
