-- What the house's own sign-in keeps (docs/sign-in.md). Names of columns are the library's. There is no name and no address
-- in here: "email" is a keyed hash (src/sign-in/keyed-names.ts). An erased person has no row.
CREATE SCHEMA sign_in;

CREATE TABLE sign_in."user" (
  id              uuid        PRIMARY KEY,
  name            text        NOT NULL,
  email           text        NOT NULL UNIQUE,
  "emailVerified" boolean     NOT NULL,
  image           text        NULL,
  "createdAt"     timestamptz NOT NULL,
  "updatedAt"     timestamptz NOT NULL
);
COMMENT ON TABLE sign_in."user" IS 'Who can sign in. The id is that of the person in the journal.';
COMMENT ON COLUMN sign_in."user".name IS 'Empty: what people are called is personal data.';
COMMENT ON COLUMN sign_in."user".email IS 'A keyed hash of the address, in the form of an address.';

CREATE TABLE sign_in.session (
  id          uuid        PRIMARY KEY,
  token       text        NOT NULL UNIQUE,
  "userId"    uuid        NOT NULL REFERENCES sign_in."user" (id) ON DELETE CASCADE,
  "expiresAt" timestamptz NOT NULL,
  "ipAddress" text        NULL,
  "userAgent" text        NULL,
  "createdAt" timestamptz NOT NULL,
  "updatedAt" timestamptz NOT NULL
);
COMMENT ON TABLE sign_in.session IS 'Who is signed in. A cookie is the token with a signature that this table does not hold.';
COMMENT ON COLUMN sign_in.session."ipAddress" IS 'Empty.';
COMMENT ON COLUMN sign_in.session."userAgent" IS 'Empty.';
CREATE INDEX session_of_user ON sign_in.session ("userId");
CREATE INDEX session_by_end ON sign_in.session ("expiresAt");

CREATE TABLE sign_in.account (
  id                      uuid        PRIMARY KEY,
  "userId"                uuid        NOT NULL REFERENCES sign_in."user" (id) ON DELETE CASCADE,
  "providerId"            text        NOT NULL,
  "accountId"             text        NOT NULL,
  password                text        NULL,
  "accessToken"           text        NULL,
  "refreshToken"          text        NULL,
  "idToken"               text        NULL,
  "accessTokenExpiresAt"  timestamptz NULL,
  "refreshTokenExpiresAt" timestamptz NULL,
  scope                   text        NULL,
  "createdAt"             timestamptz NOT NULL,
  "updatedAt"             timestamptz NOT NULL,
  UNIQUE ("providerId", "accountId")
);
COMMENT ON TABLE sign_in.account IS 'How somebody can sign in: by a password (scrypt).';
CREATE INDEX account_of_user ON sign_in.account ("userId");

CREATE TABLE sign_in.verification (
  id          uuid        PRIMARY KEY,
  identifier  text        NOT NULL,
  value       text        NOT NULL,
  "expiresAt" timestamptz NOT NULL,
  "createdAt" timestamptz NOT NULL,
  "updatedAt" timestamptz NOT NULL
);
COMMENT ON TABLE sign_in.verification IS 'Short-lived challenges of the library.';
CREATE INDEX verification_by_identifier ON sign_in.verification (identifier);

CREATE TABLE sign_in.attempts (
  subject  text        PRIMARY KEY,
  tries    integer     NOT NULL,
  first_at timestamptz NOT NULL
);
COMMENT ON TABLE sign_in.attempts IS 'Failed sign-ins of the last minutes, by keyed hashes of addresses and of clients.';
CREATE INDEX attempts_by_time ON sign_in.attempts (first_at);
