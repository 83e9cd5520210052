// One connection's side of an append: its statements, in the order in which they must be sent.
import type { StreamId } from '../../domain/messages.js';
import type { BinaryCopies } from '../../postgres/binary-copies.js';
import { CopyQuery, copiesOf, copyRows } from '../../postgres/copy-query.js';
import type { Revision } from '../journal.js';
import { type ConnectionParts, PostgresConnection } from './postgres.connection.js';
import {
  BE_DURABLE,
  BEGIN,
  COPY_EVENTS,
  CREATE_STREAMS,
  DRAW_KEYS,
  insertStreams,
  type Known,
  lockAt,
  NOTIFY,
  notify,
  PROBE_STREAMS,
} from './postgres.sql.js';

type StreamRow = Readonly<{ stream_id: StreamId; stream_key: string; revision: string | number }>;

/** The number that stands for a stream's name, and the stream's last revision. */
export type FoundStream = Readonly<{ key: number; revision: Revision }>;

export type KeyedStream = Readonly<{ id: StreamId; key: number }>;

/** Everything that one transaction writes, behind a position and under keys that are known. */
export type WholeAppend = Known & Readonly<{ fresh: readonly KeyedStream[]; copies: BinaryCopies }>;

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
    const results = await this.connection.within('the journal’s append lock, which another process holds', (client) =>
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

  copy(copies: BinaryCopies): Promise<void> {
    const contents = copies.contents();
    return this.connection.within('events to be written', (client) => copyRows(client, COPY_EVENTS, contents));
  }

  /** To be sent before the commit, so that every process hears of this position right after it. */
  async announce(last: bigint): Promise<void> {
    await this.connection.within('a notification to be queued', (client) =>
      client.query({ ...NOTIFY, values: [last.toString()] }),
    );
  }

  /** Keys for streams that are still to come. */
  async drawKeys(count: number): Promise<readonly number[]> {
    const { rows } = await this.connection.within('keys of new streams', (client) =>
      client.query<{ key: string }>({ ...DRAW_KEYS, values: [count] }),
    );
    return rows.map(({ key }) => Number(key));
  }

  /**
   * Lock, streams, events, announcement and commit in one exchange. The server's error means that nothing was written. The
   * next may be sent before this one is answered; the server refuses it if this one fails.
   */
  async append({ fresh, copies, ...known }: WholeAppend): Promise<void> {
    const contents = copies.contents();
    const streams = fresh.length === 0 ? [] : [insertStreams(fresh)];
    const copyAll = copiesOf(COPY_EVENTS, contents.length);
    const text = [lockAt(known), ...streams, copyAll, notify(known.last), 'COMMIT'].join(';\n');
    const tags = await this.connection.within(
      'an append',
      (client) => client.query(new CopyQuery(text, contents)).done,
    );
    if (tags.at(-1) !== 'COMMIT') throw new Error(`the server answered ${tags.at(-1)} to COMMIT`);
  }

  /** Rejects also when the server says that it rolled back instead, as it does after an error that went unnoticed. */
  async commit(): Promise<void> {
    const { command } = await this.connection.within('a commit', (client) => client.query('COMMIT'));
    if (command !== 'COMMIT') throw new Error(`the server answered ${command} to COMMIT`);
  }

  async rollback(): Promise<void> {
    await this.connection.within('a rollback', (client) => client.query('ROLLBACK'));
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
    const { rows } = await this.connection.within(waitingFor, (client) =>
      client.query<StreamRow>({ ...query, values: [streamIds] }),
    );
    return new Map(rows.map((row) => [row.stream_id, { key: Number(row.stream_key), revision: Number(row.revision) }]));
  }
}
