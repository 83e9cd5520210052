// One process of several does a thing, the others stand by: leadership by an advisory lock of PostgreSQL. For economy only:
// two leaders for a moment do no harm, since what must not happen twice is guarded by its own means.
import type pg from 'pg';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { closeSession, openSession } from './session.js';
import { takeTurn } from './turn.js';

export type LeaderParts = Readonly<{ database: pg.ClientConfig; name: string; runtime: Runtime; log: Log }>;

/** What a leader does, until it is drained. */
export type Led = Readonly<{ drain(): Promise<void> }>;

const STAND_BY_MS = 250;
/** How often the leader looks whether it still has its connection, and with it the lock. */
const CHECK_EVERY_MS = 1_000;

/** Campaigns until it is drained; `lead` begins the work each time this process becomes the leader. */
export class Leader {
  private readonly stop = new AbortController();
  private loop: Promise<void> | null = null;
  private leading = false;

  constructor(
    private readonly parts: LeaderParts,
    private readonly lead: () => Led,
  ) {}

  start(): void {
    this.loop ??= this.run();
  }

  isLeading(): boolean {
    return this.leading;
  }

  /** Ends the work, then gives the lock back. Idempotent. */
  async drain(): Promise<void> {
    this.stop.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    const { runtime, log, name } = this.parts;
    while (!this.stop.signal.aborted) {
      try {
        await this.campaign();
      } catch (error) {
        log.warn({ error: String(error), name }, 'the leader’s connection was lost; campaigning again');
        await runtime.sleep(STAND_BY_MS, this.stop.signal);
      }
    }
  }

  private async campaign(): Promise<void> {
    const { database, name, runtime, log } = this.parts;
    const client = await openSession(database, { name, searchPath: ['feed'] });
    let led: Led | null = null;
    try {
      while (!(await takeTurn(client, name))) {
        await runtime.sleep(STAND_BY_MS, this.stop.signal);
        if (this.stop.signal.aborted) return;
      }
      log.info({ name }, 'this process leads');
      this.leading = true;
      led = this.lead();
      while (!this.stop.signal.aborted) {
        await runtime.sleep(CHECK_EVERY_MS, this.stop.signal);
        await client.query('SELECT 1');
      }
    } finally {
      this.leading = false;
      await led?.drain();
      await closeSession(client, runtime);
    }
  }
}
