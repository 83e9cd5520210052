-- Passkeys (WebAuthn), as the library's plugin keeps them: public keys, of no use to a thief.
CREATE TABLE sign_in.passkey (
  id             uuid        PRIMARY KEY,
  name           text        NULL,
  "publicKey"    text        NOT NULL,
  "userId"       uuid        NOT NULL REFERENCES sign_in."user" (id) ON DELETE CASCADE,
  "credentialID" text        NOT NULL UNIQUE,
  counter        bigint      NOT NULL,
  "deviceType"   text        NOT NULL,
  "backedUp"     boolean     NOT NULL,
  transports     text        NULL,
  "createdAt"    timestamptz NOT NULL,
  aaguid         text        NULL
);
COMMENT ON TABLE sign_in.passkey IS 'Passkeys of people: public keys and what an authenticator said of itself.';
COMMENT ON COLUMN sign_in.passkey.name IS 'What its owner calls it.';
CREATE INDEX passkey_of_user ON sign_in.passkey ("userId");
