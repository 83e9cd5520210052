// PostgreSQL's streaming replication protocol, as far as backups need it: a base backup, and the write-ahead log from a
// place on (postgresql.org/docs/18/protocol-replication.html). It is what pg_basebackup and pg_receivewal speak; the
// PostgreSQL that comes along has neither.
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import { OperatorError } from '../../runtime/operator-error.js';
import { hasCode } from '../../runtime/system-error.js';

/** A place in the write-ahead log, in bytes from its beginning. */
export type Lsn = bigint;

/** `0/16B3748` as PostgreSQL writes it. */
export function parseLsn(text: string): Lsn {
  const [, high, low] = /^([0-9A-F]+)\/([0-9A-F]+)$/.exec(text) ?? [];
  if (high === undefined || low === undefined) throw new Error(`"${text}" is no place in a write-ahead log`);
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

export const printLsn = (lsn: Lsn): string =>
  `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffff_ffffn).toString(16).toUpperCase()}`;

type Connection = Readonly<{
  stream: Duplex;
  query(text: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
}>;
type Row = Readonly<{ fields: readonly (Buffer | string | null)[] }>;

/** Opens a connection that takes commands of the protocol, and SQL as well. Its role needs the right REPLICATION. */
export async function connectForReplication(database: pg.ClientConfig, name: string): Promise<pg.Client> {
  // `replication` is a parameter of the start of a connection, which the driver passes on; its types do not know it.
  const config = { ...database, application_name: name, replication: 'database' } as pg.ClientConfig;
  const client = new pg.Client(config);
  // Told before whatever is under way fails of it.
  client.on('error', () => undefined);
  await client.connect().catch((error: unknown) => {
    throw hasCode(error, NO_RIGHT) ? new OperatorError(rightMissing(client.user)) : error;
  });
  return client;
}

/** insufficient_privilege (PostgreSQL documentation, appendix A). */
const NO_RIGHT = '42501';

const rightMissing = (user = 'gavel'): string =>
  `the role ${user} may not copy the database: as its administrator run ALTER ROLE "${user}" REPLICATION`;

const ignore = (): void => undefined;

/**
 * One command and its answers, as the driver hands them to what it calls a query. `copied` is told the rows' worth of a copy
 * and may return a promise: the server is not read from until it has settled.
 */
class Command {
  readonly rows: (readonly (string | null)[])[] = [];
  readonly done: Promise<void>;
  /** What else the driver tells a query; nothing follows from it here. */
  readonly handleRowDescription = ignore;
  readonly handleCommandComplete = ignore;
  readonly handleEmptyQuery = ignore;
  readonly handleCopyInResponse = ignore;
  private connection: Connection | null = null;
  private finish = (): void => undefined;
  private fail = (_: Error): void => undefined;
  private problem: Error | null = null;
  private taken: Promise<void> = Promise.resolve();

  constructor(
    private readonly text: string,
    private readonly copied: (data: Buffer, connection: Connection) => void | Promise<void>,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
    });
    this.done.catch(() => undefined);
  }

  submit(connection: Connection): void {
    this.connection = connection;
    connection.query(this.text);
  }

  endCopy(): void {
    this.connection?.endCopyFrom();
  }

  handleDataRow({ fields }: Row): void {
    this.rows.push(fields.map((field) => (field === null ? null : field.toString())));
  }

  handleCopyData({ chunk }: Readonly<{ chunk: Buffer }>, connection: Connection): void {
    // The parser uses its buffer again.
    const data = Buffer.from(chunk);
    connection.stream.pause();
    this.taken = this.taken
      .then(() => this.copied(data, connection))
      .catch((error: Error) => {
        this.problem ??= error;
      })
      .then(() => void connection.stream.resume());
  }

  handleError(error: Error): void {
    this.fail(error);
  }
  handleReadyForQuery(): void {
    void this.taken.then(() => (this.problem === null ? this.finish() : this.fail(this.problem)));
  }
}

function submit(client: pg.Client, command: Command): Promise<void> {
  client.query(command as unknown as pg.Submittable);
  const lost = once(client, 'end').then(() => {
    throw new Error('the connection to PostgreSQL was lost');
  });
  return Promise.race([command.done, lost]);
}

export type ServerIdentity = Readonly<{ systemId: string; timeline: number; flushed: Lsn }>;

/** Which cluster this is, on which timeline, and how far its log is on disk. */
export async function identify(client: pg.Client): Promise<ServerIdentity> {
  const { rows } = await client.query<{ systemid: string; timeline: number; xlogpos: string }>('IDENTIFY_SYSTEM');
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL does not say which cluster it is');
  return { systemId: row.systemid, timeline: Number(row.timeline), flushed: parseLsn(row.xlogpos) };
}

export type BaseBackupRange = Readonly<{ start: Lsn; end: Lsn; timeline: number }>;

/** Copies the whole cluster as one tar file, with the log that makes it consistent; `tar` is told its pieces in order. */
export async function baseBackup(
  client: pg.Client,
  label: string,
  tar: (piece: Buffer) => void | Promise<void>,
): Promise<BaseBackupRange> {
  let isTar = false;
  const command = new Command(
    `BASE_BACKUP (LABEL ${pg.escapeLiteral(label)}, CHECKPOINT 'fast', WAL true, MANIFEST 'no')`,
    (data) => {
      // n: a new archive follows; d: bytes of it; m: the manifest; p: progress.
      const kind = String.fromCharCode(data[0] ?? 0);
      if (kind === 'n' && isTar)
        throw new Error('the cluster has tablespaces beside its data directory; they are not backed up');
      if (kind === 'n') isTar = true;
      return kind === 'd' && isTar ? tar(data.subarray(1)) : undefined;
    },
  );
  await submit(client, command);
  const [first, last] = [command.rows.at(0), command.rows.at(-1)];
  return { start: parseLsn(first?.[0] ?? ''), timeline: Number(first?.[1]), end: parseLsn(last?.[0] ?? '') };
}

export type WalStream = Readonly<{
  slot: string;
  timeline: number;
  from: Lsn;
  /** Told what follows on what it was told last; the server waits for the promise. */
  wal: (start: Lsn, data: Buffer) => Promise<void>;
  /** Up to where the log is kept elsewhere: PostgreSQL may forget it. */
  kept: () => Lsn;
  now: () => number;
}>;

export type RunningWalStream = Readonly<{
  /** Settles when the stream has ended: after `end`, or rejecting when the connection is lost. */
  done: Promise<void>;
  /** Tells the server how far the log is kept. */
  tellKept(): void;
  /** Asks for the end of the stream. */
  end(): void;
}>;

/** Begins to follow the log. The server asks for a sign of life by itself (wal_sender_timeout). */
export function streamWal(client: pg.Client, { slot, timeline, from, wal, kept, now }: WalStream): RunningWalStream {
  let received = from;
  let connection: Connection | null = null;
  const tellKept = (): void => connection?.sendCopyFromChunk(statusUpdate(received, kept(), now()));
  const command = new Command(
    `START_REPLICATION SLOT "${slot}" PHYSICAL ${printLsn(from)} TIMELINE ${timeline}`,
    async (data, taken) => {
      connection = taken;
      // k: a sign of life, whose last byte asks for ours. w: log from a place on, behind a header of 25 bytes.
      if (data[0] === 'k'.charCodeAt(0)) {
        if (data[17] === 1) tellKept();
        return;
      }
      const start = data.readBigUInt64BE(1);
      const piece = data.subarray(25);
      await wal(start, piece);
      received = start + BigInt(piece.length);
    },
  );
  return { done: submit(client, command), tellKept, end: () => command.endCopy() };
}

/** Times of the protocol count microseconds from 2000-01-01. */
const EPOCH_2000_MS = 946_684_800_000n;

function statusUpdate(received: Lsn, kept: Lsn, nowMs: number): Buffer {
  const message = Buffer.alloc(34);
  message[0] = 'r'.charCodeAt(0);
  message.writeBigUInt64BE(received, 1);
  message.writeBigUInt64BE(kept, 9);
  message.writeBigUInt64BE(kept, 17);
  message.writeBigInt64BE((BigInt(Math.round(nowMs)) - EPOCH_2000_MS) * 1_000n, 25);
  return message;
}
