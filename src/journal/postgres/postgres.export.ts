// Exports from PostgreSQL by COPY: the server writes the CSV, and nothing is parsed on the way.
import type { Readable } from 'node:stream';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Position } from '../journal.js';
import type { ExportCut, JournalExport } from '../journal-export.js';
import { HEAD } from './postgres.sql.js';

// Columns as EXPORT_COLUMNS names them. Positions are dense: the bounds are all that is needed.
const copyBetween = (after: bigint, last: bigint): string => `COPY (
  SELECT e.position, s.stream_id, e.revision, e.event_type, e.schema_version, e.occurred_at, e.recorded_at, e.command_id,
         e.actor_id, encode(e.hash, 'hex'), e.fingerprint, e.correlation_id, e.causation_id, e.payload
    FROM journal.events e JOIN journal.streams s USING (stream_key)
   WHERE e.position > ${after} AND e.position <= ${last} ORDER BY e.position
) TO STDOUT (FORMAT csv)`;

export class PostgresExport implements JournalExport {
  constructor(private readonly database: pg.ClientConfig) {}

  async cutAfter(after: Position | null, rowsMax: number): Promise<ExportCut | null> {
    const client = await this.connect();
    try {
      const { rows: found } = await client.query<{ last: string }>(HEAD);
      const head = BigInt(found[0]?.last ?? 0);
      const from = after ?? 0n;
      if (head <= from) return null;
      const wanted = from + BigInt(rowsMax);
      const last = wanted < head ? wanted : head;
      return { last: last as Position, rows: Number(last - from) };
    } finally {
      await client.end();
    }
  }

  async copy(after: Position | null, last: Position): Promise<Readable> {
    const client = await this.connect();
    const stream = client.query(copyTo(copyBetween(after ?? 0n, last)));
    // All rows are out before the server has said so: ending the connection then fails a query that nobody waits for any more.
    stream.once('close', () => {
      stream.on('error', () => undefined);
      void client.end();
    });
    return stream;
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({ ...this.database, application_name: 'gavel bronze', keepAlive: true });
    // A lost connection fails what is under way; without a listener Node would end the process.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }
}
