// The write-ahead log, shipped to the object store while it is written: what is lost with a disk is what was written in the
// last seconds. PostgreSQL keeps what is not shipped yet (a replication slot), so a store that is down delays and loses nothing.
import pg from 'pg';
import type { Log } from '../../runtime/log.js';
import { Loop } from '../../runtime/loop.js';
import { type Base, basesIn, putWal, unbroken, walIn } from './backup-store.js';
import type { BackupParts } from './base-backup.js';
import { connectForReplication, identify, type Lsn, parseLsn, printLsn, streamWal } from './replication.js';

export type ShipperParts = BackupParts &
  Readonly<{
    log: Log;
    /** So long after it was written a piece is in the store at the latest, if the store takes it. */
    withinMs: number;
  }>;

export const BACKUP_SLOT = 'gavel_backup';
/** A piece that is larger is put at once. */
const PIECE_BYTES = 8 * 1024 * 1024;

/** Up to where the log of which history is in the store. A restored cluster begins another timeline. */
export type Shipped = Readonly<{ systemId: string; timeline: number; to: Lsn }>;
export type ShipperStatus = Readonly<{ shipped: Shipped | null; problem: string | null }>;

/** Follows the log from where the store ends until `drain`. */
export class WalShipper {
  private readonly loop: Loop;
  private shipped: Shipped | null = null;

  constructor(private readonly parts: ShipperParts) {
    const { runtime, log } = parts;
    this.loop = new Loop({
      name: 'backup of the log',
      runtime,
      log,
      backOff: { minMs: 200, maxMs: 10_000 },
      round: (signal) => this.follow(signal),
    });
  }

  start(): void {
    this.loop.start();
  }

  status(): ShipperStatus {
    return { shipped: this.shipped, problem: this.loop.status().problem };
  }

  /** Ships what there is, and lets go of the server. Idempotent. */
  drain(): Promise<void> {
    return this.loop.stop();
  }

  /** One connection, until `drain` or an error. */
  private async follow(signal: AbortSignal): Promise<void> {
    const { database, store, runtime, withinMs } = this.parts;
    const client = await connectForReplication(database, 'gavel backup of the log');
    try {
      const { systemId, timeline } = await identify(client);
      const from = await this.startOf(client, systemId, timeline);
      this.shipped = { systemId, timeline, to: from };
      const pieces = new Pieces(from, withinMs, runtime, async (start, data) => {
        await putWal(store, { systemId, timeline, start }, data);
        this.shipped = { systemId, timeline, to: start + BigInt(data.length) };
        this.loop.worked();
        stream.tellKept();
      });
      const kept = (): Lsn => this.shipped?.to ?? from;
      const wal = (start: Lsn, data: Buffer): Promise<void> => pieces.add(start, data);
      const stream = streamWal(client, { slot: BACKUP_SLOT, timeline, from, wal, kept, now: () => runtime.now() });
      const end = (): void => stream.end();
      // It may have aborted while the server was asked where to begin.
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true });
      try {
        await Promise.race([stream.done, pieces.failed]);
      } finally {
        signal.removeEventListener('abort', end);
        await pieces.close();
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Where the store ends, if the server still has what follows; else where the server's log begins. */
  private async startOf(client: pg.Client, systemId: string, timeline: number): Promise<Lsn> {
    const held = await this.heldFrom(client);
    const pieces = await walIn(this.parts.store, systemId, timeline);
    const end = pieces.at(-1)?.end ?? null;
    if (end === null || end >= held) return end ?? held;
    this.parts.log.warn(
      { lacks: `${printLsn(end)} to ${printLsn(held)}` },
      'a piece of the log was never backed up: only a base backup from now on leads to later times',
    );
    return held;
  }

  /** From where on the server keeps its log for us; makes the slot, and makes it anew where it was lost. */
  private async heldFrom(client: pg.Client): Promise<Lsn> {
    const { rows } = await client.query<{ restart: string | null; lost: boolean }>(
      `SELECT restart_lsn::text AS restart, coalesce(wal_status IN ('lost', 'unreserved'), false) AS lost
       FROM pg_replication_slots WHERE slot_name = '${BACKUP_SLOT}'`,
    );
    const [slot] = rows;
    if (slot !== undefined && slot.restart !== null && !slot.lost) return parseLsn(slot.restart);
    if (slot !== undefined) await client.query(`SELECT pg_drop_replication_slot('${BACKUP_SLOT}')`);
    const made = await client.query<{ restart: string }>(
      `SELECT lsn::text AS restart FROM pg_create_physical_replication_slot('${BACKUP_SLOT}', true)`,
    );
    return parseLsn(made.rows[0]?.restart ?? '');
  }
}

/** Lets PostgreSQL forget its log again, where it was shipped and is no more. */
export async function forgetSlot(database: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    await client.query(
      `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '${BACKUP_SLOT}' AND NOT active`,
    );
  } finally {
    await client.end();
  }
}

/** Collects the log into pieces, each put when it is large enough or has waited long enough. */
class Pieces {
  /** Rejects when a piece could not be put. */
  readonly failed: Promise<never>;
  private fail: (error: unknown) => void = () => undefined;
  private waiting: Buffer[] = [];
  private bytes = 0;
  private next: Lsn;
  private putting: Promise<void> = Promise.resolve();
  private timer: Readonly<{ cancel(): void }> | null = null;

  constructor(
    from: Lsn,
    private readonly withinMs: number,
    private readonly runtime: BackupParts['runtime'],
    private readonly put: (start: Lsn, data: Buffer) => Promise<void>,
  ) {
    this.next = from;
    this.failed = new Promise((_, reject) => {
      this.fail = reject;
    });
    this.failed.catch(() => undefined);
  }

  async add(start: Lsn, data: Buffer): Promise<void> {
    if (start !== this.next + BigInt(this.bytes))
      throw new Error(`the log goes on at ${printLsn(start)}, and ${printLsn(this.next + BigInt(this.bytes))} was due`);
    this.waiting.push(data);
    this.bytes += data.length;
    if (this.bytes >= PIECE_BYTES) await this.flush();
    else this.timer ??= this.runtime.startTimer(this.withinMs, () => void this.flush().catch(this.fail));
  }

  /** Puts what waits, after what is being put. */
  private flush(): Promise<void> {
    this.timer?.cancel();
    this.timer = null;
    const [start, data] = [this.next, Buffer.concat(this.waiting)];
    this.next += BigInt(this.bytes);
    this.waiting = [];
    this.bytes = 0;
    this.putting = this.putting.then(() => (data.length === 0 ? undefined : this.put(start, data)));
    return this.putting;
  }

  async close(): Promise<void> {
    this.timer?.cancel();
    this.timer = null;
    // What could not be put is told by `failed`, and is asked of the server again.
    if (this.bytes > 0) await this.flush().catch(this.fail);
    else await this.putting.catch(this.fail);
  }
}

/** Whether some base, and the store's log without a gap, lead to where the log is now. The newest such base is told. */
export async function baseLeadingTo(
  { store }: Pick<BackupParts, 'store'>,
  { systemId, timeline, to }: Shipped,
): Promise<Base | null> {
  const bases = (await basesIn(store)).filter((base) => base.systemId === systemId && base.timeline === timeline);
  const newest = bases.at(-1);
  if (newest === undefined) return null;
  const end = unbroken(await walIn(store, systemId, timeline), newest.end).at(-1)?.end ?? newest.end;
  return end >= to ? newest : null;
}
