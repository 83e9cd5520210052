// pg-boss calls for the runs at their times: durable, on PostgreSQL, with tries again. Any number of schedulers may run it at
// once. It only calls: what there is to do, and that one does it at a time, HouseRuns tells (docs/adr/0068).
import { once } from 'node:events';
import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import { RUN_KINDS, type RunKind } from '../../domain/house/run.events.js';
import type { Log } from '../../runtime/log.js';
import { Loop, type LoopStatus } from '../../runtime/loop.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { HouseRuns } from './house-runs.js';
import { RUN_TIMES } from './periods.js';

export type RunScheduleParts = Readonly<{
  runs: Pick<HouseRuns, 'catchUp'>;
  database: pg.ClientConfig;
  runtime: Runtime;
  log: Log;
  /** How soon a call is heard. */
  pollMs: number;
}>;

const QUEUE = 'house-runs';
const CONNECTIONS_MAX = 3;
/** No bid waits for pg-boss: a database that refuses it is asked again. */
const BACK_OFF = { minMs: 1_000, maxMs: 60_000 };
/** A failed run is tried again after about a minute, two, four …; what is still outstanding then waits for its next time. */
const RETRIES_MAX = 5;
const RETRY_SECONDS = 60;
/** A process that was killed is noticed by its silence; the others then take its call over. */
const HEARTBEAT_SECONDS = 60;
const EXPIRES_SECONDS = 23 * 3_600;
/** A run that has been told to stop ends at its next step; one that does not is called interrupted by whoever runs next. */
const STOP_WITHIN_MS = 8_000;

export class RunSchedule {
  private readonly loop: Loop;

  constructor(private readonly parts: RunScheduleParts) {
    const { runtime, log } = parts;
    const round = (signal: AbortSignal): Promise<void> => this.serve(signal);
    this.loop = new Loop({ name: 'runs by the clock', runtime, log, backOff: BACK_OFF, round });
  }

  /** Starts in the background. */
  start(): void {
    this.loop.start();
  }

  state(): LoopStatus['state'] {
    return this.loop.status().state;
  }

  /** Interrupts a run that is under way, and lets go. Idempotent. */
  drain(): Promise<void> {
    return this.loop.stop();
  }

  private async serve(signal: AbortSignal): Promise<void> {
    const boss = this.boss();
    try {
      await this.begin(boss);
      this.loop.worked();
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      await boss.stop({ timeout: STOP_WITHIN_MS });
    }
  }

  private boss(): PgBoss {
    const { database, log } = this.parts;
    const boss = new PgBoss({
      ...(database as object),
      application_name: 'gavel runs',
      max: CONNECTIONS_MAX,
      registerInstance: false,
    });
    boss.on('error', (error) => log.warn({ error: String(error) }, 'the schedule of runs met an error'));
    boss.on('warning', ({ message }) => log.debug({ message }, 'the schedule of runs warns'));
    return boss;
  }

  private async begin(boss: PgBoss): Promise<void> {
    await boss.start();
    // `short`: of each kind one call waits at most. Who works on it is told by the lock, which a killed process cannot keep.
    await boss.createQueue(QUEUE, {
      policy: 'short',
      retryLimit: RETRIES_MAX,
      retryDelay: RETRY_SECONDS,
      retryBackoff: true,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: EXPIRES_SECONDS,
    });
    for (const kind of RUN_KINDS) {
      await boss.schedule(QUEUE, RUN_TIMES[kind].cron, { kind }, { key: kind, singletonKey: kind, missed: 'once' });
      // What was missed while nobody was there is outstanding now.
      await boss.send(QUEUE, { kind }, { singletonKey: kind });
    }
    const options = { pollingIntervalSeconds: this.parts.pollMs / 1_000 };
    await boss.work<{ kind: RunKind }>(QUEUE, options, async (jobs) => {
      for (const { data } of jobs) await this.parts.runs.catchUp(data.kind, this.loop.signal);
    });
  }
}
