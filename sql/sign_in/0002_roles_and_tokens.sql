-- Second factors, as the library keeps them: secrets are encrypted with the key that signs the cookies.
ALTER TABLE sign_in."user" ADD COLUMN "twoFactorEnabled" boolean NOT NULL DEFAULT false;
CREATE TABLE sign_in."twoFactor" (
  id                        uuid        PRIMARY KEY,
  "userId"                  uuid        NOT NULL UNIQUE REFERENCES sign_in."user" (id) ON DELETE CASCADE,
  secret                    text        NOT NULL,
  "backupCodes"             text        NOT NULL,
  verified                  boolean     NULL,
  "failedVerificationCount" integer     NULL,
  "lockedUntil"             timestamptz NULL
);

-- Who may do what is what is said last. Nothing is ever changed or removed in here.
CREATE TABLE sign_in.role_changes (
  change_number bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id       uuid        NOT NULL,
  role          text        NOT NULL CHECK (role IN ('bidder', 'seller', 'analyst', 'operator', 'admin')),
  is_given      boolean     NOT NULL,
  by_user       uuid        NULL,
  reason        text        NOT NULL,
  at            timestamptz NOT NULL
);
COMMENT ON TABLE sign_in.role_changes IS 'Roles given and taken. It stays when a person is erased, as what staff did does everywhere.';
COMMENT ON COLUMN sign_in.role_changes.by_user IS 'NULL: somebody with the house''s own commands (gavel people).';
CREATE INDEX role_changes_of_user ON sign_in.role_changes (user_id, change_number);
CREATE FUNCTION sign_in.keep_as_is() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a record of roles is never changed or removed'; END $$;
CREATE TRIGGER role_changes_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON sign_in.role_changes
FOR EACH STATEMENT EXECUTE FUNCTION sign_in.keep_as_is();

CREATE TABLE sign_in.api_tokens (
  token_id   uuid        PRIMARY KEY,
  user_id    uuid        NOT NULL REFERENCES sign_in."user" (id) ON DELETE CASCADE,
  hash       bytea       NOT NULL UNIQUE,
  name       text        NOT NULL,
  roles      text[]      NOT NULL,
  made_at    timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz NULL
);
COMMENT ON TABLE sign_in.api_tokens IS 'Tokens that people have made for programs of theirs. One that was revoked has no row.';
COMMENT ON COLUMN sign_in.api_tokens.hash IS 'SHA-256 of the token, which is random and shown once.';
COMMENT ON COLUMN sign_in.api_tokens.used_at IS 'To the quarter of a minute.';
CREATE INDEX api_tokens_of_user ON sign_in.api_tokens (user_id);
