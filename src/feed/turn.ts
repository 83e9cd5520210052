// A place that one process of several holds at a time: the relay, the scheduler. For economy only: two holders for a moment
// do no harm, since what must not happen twice is guarded by its own means.
import type pg from 'pg';

/** Any number will do, as long as nothing else in the database locks pairs under it. */
const LOCK_CLASS = 4_720_510;

const TAKE = 'SELECT pg_try_advisory_lock($1, hashtext($2)) AS taken';

/**
 * Takes the place of this name for the connection, if it is free. It is given back with the connection, however that ends:
 * when a process is killed its places are free as soon as PostgreSQL has noticed.
 */
export async function takeTurn(client: pg.ClientBase, name: string): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(TAKE, [LOCK_CLASS, name]);
  return rows[0]?.taken === true;
}
