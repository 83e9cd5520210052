// A named lock that one connection of several holds: PostgreSQL's advisory lock. For economy only: two processes at the same
// work for a moment do no harm, since what must not happen twice is guarded by its own means.
import type pg from 'pg';

/** Any number will do, as long as nothing else in the database locks pairs under it. */
const LOCK_CLASS = 4_720_510;

const TAKE = 'SELECT pg_try_advisory_lock($1, hashtext($2)) AS taken';

/**
 * Takes the lock of this name for the connection; false if another connection holds it. PostgreSQL releases the lock when
 * the connection ends, also when its process is killed.
 */
export async function takeLock(client: pg.ClientBase, name: string): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(TAKE, [LOCK_CLASS, name]);
  return rows[0]?.taken === true;
}
