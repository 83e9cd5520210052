// One connection that appends: the statements of an append's transaction, in the order in which they are sent.
import type pg from 'pg';
import type { StreamId } from '../../domain/messages.js';
import type { Revision } from '../journal.js';
import { type ConnectionParts, PostgresConnection } from './postgres.connection.js';
import { BE_DURABLE, BEGIN, CREATE_STREAMS, NOTIFY, PROBE_STREAMS } from './postgres.sql.js';

type StreamRow = Readonly<{ stream_id: StreamId; stream_key: string; revision: string | number }>;

/** The number that stands for a stream's name, and the stream's last revision. */
export type FoundStream = Readonly<{ key: number; revision: Revision }>;

export class PostgresAppendSession {
  private constructor(private readonly connection: PostgresConnection) {}

  static async open(parts: ConnectionParts): Promise<PostgresAppendSession> {
    const connection = await PostgresConnection.open(parts, 'gavel journal writer', true);
    await connection.within('the settings of a connection', (client) => client.query(BE_DURABLE));
    return new PostgresAppendSession(connection);
  }

  isUsable(): boolean {
    return this.connection.isUsable();
  }

  /** Opens a transaction, takes the append lock, and tells the journal's last position. */
  async begin(): Promise<bigint> {
    const results = await this.run('the journal’s append lock, which another process holds', (client) =>
      // Several statements in one query give a list of results, which the type of `query` does not know.
      client.query<{ last: string }>(BEGIN).then((answer) => [answer].flat()),
    );
    const last = results.at(-1)?.rows[0]?.last;
    if (last === undefined || results[1]?.rowCount !== 1) throw new Error('the journal has no append lock');
    return BigInt(last);
  }

  /** Keys and revisions of those of these streams that exist. */
  probe(streamIds: readonly StreamId[]): Promise<ReadonlyMap<StreamId, FoundStream>> {
    return this.streams('the revisions of streams', PROBE_STREAMS, streamIds);
  }

  createStreams(streamIds: readonly StreamId[]): Promise<ReadonlyMap<StreamId, FoundStream>> {
    return this.streams('new streams', CREATE_STREAMS, streamIds);
  }

  /** To be sent before the commit, so that every process hears of this position right after it. */
  async announce(last: bigint): Promise<void> {
    await this.run('a notification to be queued', (client) => client.query({ ...NOTIFY, values: [last.toString()] }));
  }

  /** Rejects also when the server says that it rolled back instead, as it does after an error that went unnoticed. */
  async commit(): Promise<void> {
    const { command } = await this.run('a commit', (client) => client.query('COMMIT'));
    if (command !== 'COMMIT') throw new Error(`the server answered ${command} to COMMIT`);
  }

  async rollback(): Promise<void> {
    await this.run('a rollback', (client) => client.query('ROLLBACK'));
  }

  /** Runs a writer's own statement. Rejects, and cuts the connection, when the server stays silent. */
  run<T>(waitingFor: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
    return this.connection.within(waitingFor, run);
  }

  end(): Promise<void> {
    return this.connection.end();
  }

  cut(): void {
    this.connection.cut();
  }

  private async streams(
    waitingFor: string,
    query: Readonly<{ name: string; text: string }>,
    streamIds: readonly StreamId[],
  ): Promise<ReadonlyMap<StreamId, FoundStream>> {
    const { rows } = await this.run(waitingFor, (client) => client.query<StreamRow>({ ...query, values: [streamIds] }));
    return new Map(rows.map((row) => [row.stream_id, { key: Number(row.stream_key), revision: Number(row.revision) }]));
  }
}
