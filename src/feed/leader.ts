// One process of several does a thing, the others stand by: leadership by an advisory lock of PostgreSQL. For economy only:
// two leaders for a moment do no harm, since what must not happen twice is guarded by its own means.
import type pg from 'pg';
import { Loop } from '../runtime/loop.js';
import type { RetryParts } from '../runtime/retry.js';
import type { Runtime } from '../runtime/runtime.js';
import { takeLock } from './advisory-lock.js';
import { closeSession, openSession } from './session.js';
import { type Phase, type WorkState, workState } from './work-state.js';

/** What one term of a leader has: the connection that holds the lock, until the signal aborts. */
export type Term = Readonly<{
  client: pg.Client;
  signal: AbortSignal;
  /** Notes that the work gets on, which ends a series of failures. */
  worked: () => void;
}>;

export type LeaderParts = Pick<RetryParts, 'runtime' | 'log' | 'stuckMs'> &
  Readonly<{
    /** Names the lock, the connection and, in the log, the work. */
    name: string;
    database: pg.ClientConfig;
    /** Schemas of the connection; the feed's, if nothing else is given. */
    searchPath?: readonly string[];
    backOff?: RetryParts['backOff'];
    /** How often a process that stands by tries for the lock. */
    standByMs?: number;
    /** True for an error that no further try can mend: the leader halts. */
    isFinal?: (error: unknown) => boolean;
    /** The leader's work. It ends when the signal aborts, and rejects when the connection is lost. */
    lead: (term: Term) => Promise<void>;
  }>;

export type LeaderStatus = Readonly<{
  state: WorkState;
  /** The last failure while it lasts. */
  problem: string | null;
  /** True once it has failed for longer than passing trouble does. */
  isStuck: boolean;
}>;

const STAND_BY_MS = 250;
const BACK_OFF = { minMs: 50, maxMs: 2_000 };
/** How often a leader with no other use for its connection looks whether it still has it, and with it the lock. */
const CHECK_EVERY_MS = 1_000;

/** Campaigns for the lock until it is drained, and leads each time it gets it. */
export class Leader {
  private readonly loop: Loop;
  private phase: Phase = 'idle';

  constructor(private readonly parts: LeaderParts) {
    const { name, runtime, log, stuckMs, isFinal, backOff = BACK_OFF } = parts;
    const optional = { ...(stuckMs !== undefined && { stuckMs }), ...(isFinal !== undefined && { isFinal }) };
    this.loop = new Loop({ name, runtime, log, backOff, ...optional, round: (signal) => this.campaign(signal) });
  }

  /** Begins. Idempotent; a leader that was drained stays so. */
  start(): void {
    this.loop.start();
  }

  /** Ends the work, then gives the lock back. Idempotent. */
  drain(): Promise<void> {
    return this.loop.stop();
  }

  status(): LeaderStatus {
    const status = this.loop.status();
    return { state: workState(status, this.phase), problem: status.problem, isStuck: status.isStuck };
  }

  private async campaign(signal: AbortSignal): Promise<void> {
    const { database, name, searchPath = ['feed'], standByMs = STAND_BY_MS, runtime, log, lead } = this.parts;
    const client = await openSession(database, { name, searchPath });
    try {
      while (!(await takeLock(client, name))) {
        this.phase = 'on standby';
        this.loop.worked();
        await runtime.sleep(standByMs, signal);
        if (signal.aborted) return;
      }
      log.info({ task: name }, 'this process leads');
      this.phase = 'running';
      await lead({ client, signal, worked: () => this.loop.worked() });
    } finally {
      await closeSession(client, runtime);
    }
  }
}

/** For work that has no use for the connection: resolves when the signal aborts, rejects once the lock is lost. */
export async function whileLeading({ client, signal }: Term, runtime: Runtime): Promise<void> {
  while (!signal.aborted) {
    await runtime.sleep(CHECK_EVERY_MS, signal);
    await client.query('SELECT 1');
  }
}
