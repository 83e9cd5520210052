-- A snapshot of a hot auction is megabytes of text that is read once, if ever: compressing it cost each of its bids about
-- as much as writing the bid.
ALTER TABLE journal.snapshots ALTER COLUMN payload SET STORAGE EXTERNAL;
