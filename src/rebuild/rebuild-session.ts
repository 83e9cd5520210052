// The one connection that a rebuild is known by: while it lives, nobody else rebuilds, and whatever is half built belongs
// to it. When it ends, however that ends, what it left behind is anybody's to clear away.
import pg from 'pg';
import { inTransaction } from '../feed/session.js';
import type { VersionedTables } from '../feed/versions/versioned-tables.js';
import { forgetVersion } from '../feed/versions/versions.js';
import { CLOSINGS_VERSIONS } from '../projections/closings/closings.versions.js';
import { SILVER_VERSIONS } from '../projections/silver/silver.versions.js';
import type { Runtime } from '../runtime/runtime.js';

/** Any number will do, as long as nothing else in the database locks it (migrate.ts has 4_720_501). */
const REBUILD_LOCK_KEY = 4_720_502;

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

/** Of what versions are built. */
const VERSIONED: readonly VersionedTables[] = [SILVER_VERSIONS, CLOSINGS_VERSIONS];

/** Removes versions that were being built. True if there was anything of them. */
export function clearUnfinished(client: pg.ClientBase): Promise<boolean> {
  return inTransaction(client, async () => {
    let isFound = false;
    for (const { next, nextSchemas, dropNext } of VERSIONED) {
      const { rows } = await client.query<{ found: boolean }>(FIND_UNFINISHED, [nextSchemas, next.name]);
      if (rows[0]?.found !== true) continue;
      isFound = true;
      await client.query(dropNext);
      await forgetVersion(client, next.name);
    }
    return isFound;
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
