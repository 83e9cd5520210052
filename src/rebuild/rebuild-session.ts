// The one connection that a rebuild is known by: while it lives, nobody else rebuilds, and whatever is half built belongs
// to it. When it ends, however that ends, what it left behind is anybody's to clear away.
import pg from 'pg';
import { inTransaction } from '../feed/session.js';
import { forgetVersion } from '../feed/versions/versions.js';
import { DROP_NEXT, SILVER_NEXT } from '../projections/silver/silver.versions.js';
import type { Runtime } from '../runtime/runtime.js';

/** Any numbers will do, as long as nothing else in the database locks them (migrate.ts has 4_720_501). */
const REBUILD_LOCK_KEY = 4_720_502;
const SWAP_LOCK_KEY = 4_720_503;

const CONNECT_WITHIN_MS = 10_000;
/** A rebuild killed a moment ago holds its lock until PostgreSQL has noticed. */
const RETRY_MS = 100;

// A session whose process was killed may be in the middle of a statement, and would otherwise finish it first.
const NOTICE_LOSS = '-c client_connection_check_interval=500';

/** Connects for a rebuild. Whoever opens a session ends it. */
export async function connectForRebuild(database: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client({
    ...database,
    application_name: 'gavel rebuild',
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    options: NOTICE_LOSS,
    keepAlive: true,
  });
  // A lost connection fails the query under way, or the next one; without a listener Node would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Makes this connection the one that rebuilds; false if there is another after so long. */
export async function takeRebuild(client: pg.Client, runtime: Runtime, withinMs: number): Promise<boolean> {
  const startedMs = runtime.monotonicMs();
  while (!(await tryLock(client, REBUILD_LOCK_KEY))) {
    if (runtime.monotonicMs() - startedMs > withinMs) return false;
    await runtime.sleep(RETRY_MS);
  }
  return true;
}

/**
 * Waits until nobody compares a whole version, and keeps it so for the connection. `waiting` is called once if there is
 * somebody. False if `signal` aborted meanwhile.
 */
export async function keepComparisonsOut(
  client: pg.Client,
  { runtime, waiting, signal }: Readonly<{ runtime: Runtime; waiting: () => void; signal: AbortSignal }>,
): Promise<boolean> {
  for (let tries = 0; !signal.aborted; tries++) {
    if (await tryLock(client, SWAP_LOCK_KEY)) return true;
    if (tries === 0) waiting();
    await runtime.sleep(RETRY_MS, signal);
  }
  return false;
}

/** Keeps swaps out until the connection ends: what it reads by name stays the same tables. Waits for one under way. */
export async function keepSwapsOut(client: pg.ClientBase): Promise<void> {
  await client.query('SELECT pg_advisory_lock_shared($1)', [SWAP_LOCK_KEY]);
}

/** Removes a version that was being built. True if there was anything of it. */
export function clearUnfinished(client: pg.ClientBase): Promise<boolean> {
  return inTransaction(client, async () => {
    const { name } = SILVER_NEXT.projection;
    const { rows } = await client.query<{ found: boolean }>(FIND_UNFINISHED, [
      [SILVER_NEXT.publicSchema, SILVER_NEXT.privateSchema],
      name,
    ]);
    if (rows[0]?.found !== true) return false;
    await client.query(DROP_NEXT);
    await forgetVersion(client, name);
    return true;
  });
}

const FIND_UNFINISHED = `
SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = ANY ($1::name[]))
  OR EXISTS (SELECT FROM feed.versions WHERE consumer = $2)
  OR EXISTS (SELECT FROM feed.checkpoints WHERE consumer = $2) AS found`;

/** At a start: removes what a rebuild left behind that did not live to its end, unless one is under way. */
export async function clearAbandoned(database: pg.ClientConfig, runtime: Runtime): Promise<boolean> {
  const client = await connectForRebuild(database);
  try {
    return (await takeRebuild(client, runtime, ABANDONED_WITHIN_MS)) && (await clearUnfinished(client));
  } finally {
    await client.end();
  }
}

/** No longer than a start may wait; what is left is the next rebuild's to clear away. */
const ABANDONED_WITHIN_MS = 1_500;

async function tryLock(client: pg.Client, key: number): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [key]);
  return rows[0]?.taken === true;
}
