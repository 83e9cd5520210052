// What the house keeps of people outside the journal, and erases with them.
import type { ClientBase, Pool } from 'pg';
import type { UserId } from '../domain/ids.js';
import { forgetOwnLists } from '../own-lists/own-lists.js';
import { forgetSignIns } from '../sign-in/forget.js';

/** Deletes all of it. Idempotent. */
export async function forgetPeople(pool: Pick<Pool | ClientBase, 'query'>, userIds: readonly UserId[]): Promise<void> {
  await forgetSignIns(pool, userIds);
  await forgetOwnLists(pool, userIds);
}
