// What everybody is shown of a person's name: the username, for as long as there is a key to open it with.
import type { KeyStore } from '../../personal-data/key-store.js';
import { usernameOf } from '../../personal-data/personal-data.js';
import type { UserRow } from '../../projections/silver/silver.queries.js';

/** The username behind a row; null for somebody who was erased, or never had one. */
export const shownName = (
  keys: KeyStore,
  { userId, encryptedUsername }: Pick<UserRow, 'userId' | 'encryptedUsername'>,
): Promise<string | null> => usernameOf(keys, userId, encryptedUsername);
