// A base backup: the cluster as it is, into the object store, beside a house that goes on.
import type pg from 'pg';
import type { ObjectStore } from '../../lake/object-store.js';
import type { Runtime } from '../../runtime/runtime.js';
import { type Base, putBase } from './backup-store.js';
import { baseBackup, connectForReplication, identify } from './replication.js';

export type BackupParts = Readonly<{
  /** Its role has the right REPLICATION. */
  database: pg.ClientConfig;
  store: ObjectStore;
  runtime: Runtime;
}>;

const SERVER = `
SELECT setting::integer AS "segmentBytes", current_setting('server_version') AS postgres,
  (SELECT sum(pg_database_size(oid)) FROM pg_database WHERE datallowconn)::bigint AS bytes
FROM pg_settings WHERE name = 'wal_segment_size'`;

/** Takes a base backup. `progress` is told how many of about how many bytes are copied. */
export async function takeBase(
  { database, store, runtime }: BackupParts,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<Base> {
  const client = await connectForReplication(database, 'gavel backup');
  try {
    const { systemId } = await identify(client);
    const { rows } = await client.query<{ segmentBytes: number; postgres: string; bytes: string }>(SERVER);
    const [server] = rows;
    if (server === undefined) throw new Error('PostgreSQL does not tell the size of its log files');
    const { segmentBytes, postgres } = server;
    const startedAt = runtime.now();
    let copied = 0;
    const copy = async (tar: (piece: Buffer) => Promise<void>) => {
      const range = await baseBackup(client, 'gavel', (piece) => {
        copied += piece.length;
        progress(copied, Math.max(copied, Number(server.bytes)));
        return tar(piece);
      });
      return { systemId, startedAt, postgres, segmentBytes, ...range };
    };
    return await putBase(store, { systemId, startedAt }, copy, () => runtime.now());
  } finally {
    await client.end().catch(() => undefined);
  }
}
