// Erasing a person from what the sign-in keeps.
import type { ClientBase, Pool } from 'pg';
import type { UserId } from '../domain/ids.js';

/** Sessions and passwords go with the row. */
const FORGET = 'DELETE FROM sign_in."user" WHERE id = ANY ($1::uuid[])';

/** Deletes all that the sign-in has of these people. Idempotent. */
export async function forgetSignIns(pool: Pick<Pool | ClientBase, 'query'>, userIds: readonly UserId[]): Promise<void> {
  await pool.query(FORGET, [userIds]);
}
