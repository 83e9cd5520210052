// The archiver at work: cuts a part when it is full, and what there is once in a while. One works, the others stand by; two at
// work for a moment write the same objects.
import type pg from 'pg';
import type { ClientBase } from 'pg';
import { Leader, type LeaderStatus, type Term } from '../../feed/leader.js';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { Archived, ArchiveWanted } from './events.archiver.js';
import { BronzeBroken } from './manifest.js';
import { lastPart } from './parts.js';
import type { Witnesses } from './witness.js';

export type ArchiverSettings = Readonly<{
  /** A part never has more events, and is cut as soon as it could have so many. */
  partRows: number;
  /** How long events may wait for their part to fill. */
  cutAfterMs: number;
}>;

/** Archives one part of a chain; null while there is not enough for one. */
export type PartArchiver = Readonly<{
  next(client: ClientBase, wanted: ArchiveWanted): Promise<Archived | null>;
  /** Removes what is older than it is to be kept. */
  expire?(client: ClientBase): Promise<number>;
}>;

export type ArchiverParts = Readonly<{
  chain: string;
  archiver: PartArchiver;
  database: pg.ClientConfig;
  runtime: Runtime;
  log: Log;
  settings: ArchiverSettings;
  /** How often it looks whether a part is full. */
  lookEveryMs: number;
  /** Keeps a signed head a day. */
  witnesses: Witnesses;
  /** Told of each part once it is finished. */
  archived?: (part: Archived, ms: number) => void;
}>;

const STAND_BY_MS = 1_000;
const EXPIRE_EVERY_MS = 3_600_000;
const BACK_OFF = { minMs: 1_000, maxMs: 60_000 };

export class Archiver {
  private readonly leader: Leader;
  private expiredAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: ArchiverParts) {
    const { chain, database, runtime, log } = parts;
    this.leader = new Leader({
      name: `bronze ${chain}`,
      database,
      searchPath: ['bronze'],
      runtime,
      log,
      standByMs: STAND_BY_MS,
      backOff: BACK_OFF,
      // What Bronze has stays as it is; commands and other projections do not wait for it.
      isFinal: (error) => error instanceof BronzeBroken,
      lead: (term) => this.archive(term),
    });
  }

  start(): void {
    this.leader.start();
  }

  /** Finishes the part under way and leaves the work to another archiver. Idempotent. */
  drain(): Promise<void> {
    return this.leader.drain();
  }

  status(): LeaderStatus {
    return this.leader.status();
  }

  private async archive({ client, signal, worked }: Term): Promise<void> {
    const { chain, archiver, runtime, settings, lookEveryMs, archived } = this.parts;
    const begunAt = runtime.now();
    while (!signal.aborted) {
      const newest = await lastPart(client, chain);
      const lastCutAt = newest === null ? begunAt : Date.parse(newest.cutAt);
      const isTime = runtime.now() - lastCutAt >= settings.cutAfterMs;
      const startedMs = runtime.monotonicMs();
      const part = await archiver.next(client, { rowsMax: settings.partRows, rowsMin: isTime ? 1 : settings.partRows });
      if (part !== null) await this.parts.witnesses.add(part.head, runtime.now());
      await this.expire(client);
      worked();
      if (part === null) await runtime.sleep(lookEveryMs, signal);
      else archived?.(part, runtime.monotonicMs() - startedMs);
    }
  }

  private async expire(client: ClientBase): Promise<void> {
    const { archiver, runtime, log, chain } = this.parts;
    if (archiver.expire === undefined || runtime.monotonicMs() - this.expiredAtMs < EXPIRE_EVERY_MS) return;
    const files = await archiver.expire(client);
    this.expiredAtMs = runtime.monotonicMs();
    if (files > 0) log.info({ chain, files }, 'files of Bronze have expired');
  }
}
