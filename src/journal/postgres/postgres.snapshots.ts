// Snapshots in PostgreSQL, beside the journal. A cache.
import type pg from 'pg';
import type { StreamId } from '../../domain/messages.js';
import type { Snapshot, SnapshotStore } from '../journal.js';
import { LOAD_SNAPSHOT, SAVE_SNAPSHOT } from './postgres.sql.js';

export class PostgresSnapshots implements SnapshotStore {
  /** The pool is its maker's to end. */
  constructor(private readonly pool: Pick<pg.Pool, 'query'>) {}

  async load(streamId: StreamId, schemaVersion: number): Promise<Snapshot | null> {
    const found = await this.pool.query<{ revision: string; payload: string }>({
      ...LOAD_SNAPSHOT,
      values: [streamId, schemaVersion],
    });
    const row = found.rows[0];
    return row === undefined ? null : { streamId, schemaVersion, revision: Number(row.revision), text: row.payload };
  }

  async save({ streamId, schemaVersion, revision, text }: Snapshot): Promise<void> {
    await this.pool.query({ ...SAVE_SNAPSHOT, values: [streamId, schemaVersion, revision, text] });
  }
}
