-- How far Bronze has come. A row fixes a part's cut before anything of it is written, so that whoever writes it, first or
-- again, writes the same objects (docs/lake.md). The manifests in the object store are the truth; what is told of them
-- here can be read from them again.
CREATE SCHEMA bronze;

CREATE TABLE bronze.parts (
  chain           text        NOT NULL,
  part            bigint      NOT NULL CHECK (part >= 1),
  cut             jsonb       NOT NULL,
  cut_at          timestamptz NOT NULL,
  salt            text        NOT NULL,
  row_count       bigint      NULL,
  bytes           bigint      NULL,
  digest          text        NULL,
  manifest_sha256 text        NULL,
  finished_at       timestamptz NULL,
  PRIMARY KEY (chain, part),
  CHECK (num_nulls(row_count, bytes, digest, manifest_sha256, finished_at) IN (0, 5))
);

COMMENT ON TABLE bronze.parts IS 'The parts of each chain of Bronze, in order. At most the last of a chain is unfinished.';
COMMENT ON COLUMN bronze.parts.chain IS '`events`, or `ingress/` and a topic.';
COMMENT ON COLUMN bronze.parts.cut IS 'What the part holds. Events: `after` (exclusive) and `last` (inclusive), positions as the journal prints them. Ingress: per partition the offsets `from` (inclusive) and `to` (exclusive).';
COMMENT ON COLUMN bronze.parts.cut_at IS 'When the cut was made; the manifest''s archivedAt.';
COMMENT ON COLUMN bronze.parts.salt IS 'Keeps hashes of a part from telling its secrets. Repeated in the restricted file.';
COMMENT ON COLUMN bronze.parts.digest IS 'Of all rows of the chain up to this part, as in the manifest.';
COMMENT ON COLUMN bronze.parts.finished_at IS 'NULL until the manifest is written.';
