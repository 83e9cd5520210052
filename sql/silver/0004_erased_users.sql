-- Usernames are sealed like all else that is a person's (docs/adr/0038): what stands in `username` was written before they
-- were. An erased person's row stays, for the bids that refer to it, and holds nothing of the person.
ALTER TABLE silver_private.users
  ALTER COLUMN username DROP NOT NULL,
  ADD COLUMN sealed_username text NULL,
  ADD COLUMN erased_at timestamptz NULL,
  DROP CONSTRAINT users_status_check,
  ADD CONSTRAINT users_status_check CHECK (status IN ('active', 'suspended', 'erased')),
  ADD CONSTRAINT users_erased_check CHECK (
    (status = 'erased') = (erased_at IS NOT NULL)
    AND (erased_at IS NULL OR (username IS NULL AND sealed_username IS NULL AND personal_data IS NULL))
  );
COMMENT ON COLUMN silver_private.users.username IS 'As written by versions that did not seal usernames; NULL otherwise.';
COMMENT ON COLUMN silver_private.users.sealed_username IS 'The username as ciphertext under the user''s own key. The API shows it to everybody, as long as there is a key.';

CREATE OR REPLACE VIEW silver.users AS
SELECT user_id, username, rating, is_verified, status, registered_at, erased_at
FROM silver_private.users;
COMMENT ON VIEW silver.users IS 'Accounts. Username, e-mail and name are encrypted; the API shows the username to everybody and the rest to their owner.';
COMMENT ON COLUMN silver.users.username IS 'NULL but for accounts of versions that did not encrypt it.';
