// The archiver at work: cuts a part when it is full, and what there is once in a while. One works, the others stand by; two at
// work for a moment write the same objects.
import type pg from 'pg';
import { closeSession, openSession } from '../../feed/session.js';
import { takeTurn } from '../../feed/turn.js';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { Archived, EventsArchiver } from './events.archiver.js';
import { BronzeBroken, EVENTS_CHAIN } from './manifest.js';
import { lastPart } from './parts.js';
import type { Witnesses } from './witness.js';

export type ArchiverSettings = Readonly<{
  /** A part never has more events, and is cut as soon as it could have so many. */
  partRows: number;
  /** How long events may wait for their part to fill. */
  cutAfterMs: number;
}>;

export type ArchiverParts = Readonly<{
  events: EventsArchiver;
  database: pg.ClientConfig;
  runtime: Runtime;
  log: Log;
  settings: ArchiverSettings;
  /** Keeps a signed head a day. */
  witnesses: Witnesses;
  /** Told of each part once it is sealed. */
  archived?: (part: Archived, ms: number) => void;
}>;

export type ArchiverStatus = Readonly<{
  state: 'idle' | 'standing by' | 'running' | 'retrying' | 'halted' | 'drained';
  problem: string | null;
}>;

const TURN = 'bronze';
const STAND_BY_MS = 1_000;
const LOOK_EVERY_MS = 2_000;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 60_000;

export class Archiver {
  private readonly stop = new AbortController();
  private loop: Promise<void> | null = null;
  private failures = 0;
  private current: ArchiverStatus = { state: 'idle', problem: null };

  constructor(private readonly parts: ArchiverParts) {}

  start(): void {
    this.loop ??= this.run();
  }

  /** Finishes the part under way and leaves the turn to another. Idempotent. */
  async drain(): Promise<void> {
    this.stop.abort();
    await this.loop;
    if (this.current.state !== 'halted') this.current = { state: 'drained', problem: null };
  }

  status(): ArchiverStatus {
    return this.current;
  }

  private async run(): Promise<void> {
    while (!this.stop.signal.aborted) {
      try {
        await this.withTurn();
      } catch (error) {
        if (error instanceof BronzeBroken) return this.halt(error);
        await this.backOff(error);
      }
    }
  }

  private async withTurn(): Promise<void> {
    const { database, runtime, log } = this.parts;
    const client = await openSession(database, { name: TURN, searchPath: ['bronze'] });
    try {
      while (!(await takeTurn(client, TURN))) {
        this.current = { state: 'standing by', problem: null };
        await runtime.sleep(STAND_BY_MS, this.stop.signal);
        if (this.stop.signal.aborted) return;
      }
      log.info({}, 'this archiver writes Bronze');
      await this.archive(client);
    } finally {
      await closeSession(client, runtime);
    }
  }

  private async archive(client: pg.Client): Promise<void> {
    const { events, runtime, settings, archived } = this.parts;
    const begunAt = runtime.now();
    while (!this.stop.signal.aborted) {
      this.current = { state: 'running', problem: null };
      const newest = await lastPart(client, EVENTS_CHAIN);
      const lastCutAt = newest === null ? begunAt : Date.parse(newest.cutAt);
      const isTime = runtime.now() - lastCutAt >= settings.cutAfterMs;
      const startedMs = runtime.monotonicMs();
      const part = await events.next(client, { rowsMax: settings.partRows, rowsMin: isTime ? 1 : settings.partRows });
      this.failures = 0;
      if (part !== null) await this.parts.witnesses.add(part.head, runtime.now());
      if (part === null) await runtime.sleep(LOOK_EVERY_MS, this.stop.signal);
      else archived?.(part, runtime.monotonicMs() - startedMs);
    }
  }

  private async backOff(error: unknown): Promise<void> {
    const problem = error instanceof Error ? error.message : String(error);
    const pauseMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(this.failures, 20));
    this.failures += 1;
    this.current = { state: 'retrying', problem };
    this.parts.log.warn({ problem, pauseMs }, 'the archiver failed and will try again');
    await this.parts.runtime.sleep(pauseMs, this.stop.signal);
  }

  /** What Bronze has stays as it is; commands and other projections do not wait for it. */
  private halt(error: BronzeBroken): void {
    this.current = { state: 'halted', problem: error.message };
    this.parts.log.error({ problem: error.message }, 'the archiver has halted');
  }
}
