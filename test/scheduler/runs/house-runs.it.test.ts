// Runs on a real PostgreSQL: nights that were missed, two schedulers at once, a process killed in the middle, failures.
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RUN_KINDS, type RunKind } from '../../../src/domain/house/run.events.js';
import { type Instant, instant, isoTime } from '../../../src/domain/time.js';
import { silentLog } from '../../../src/runtime/log.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import { HouseRuns, type RunWork } from '../../../src/scheduler/runs/house-runs.js';
import { RunSchedule } from '../../../src/scheduler/runs/run-schedule.js';
import { RunsQueries } from '../../../src/scheduler/runs/runs.queries.js';
import { auctionNo } from '../../projections/chronicle.js';
import { eventually } from '../../support/eventually.js';
import { ProjectedHouse } from '../../support/projected-house.js';
import { killProcesses, runTypescript } from '../../support/typescript-process.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The machine's timers under a clock that is set by hand. */
class SetClock extends SystemRuntime {
  at: Instant = instant(0);
  override now(): Instant {
    return this.at;
  }
}

let house: ProjectedHouse;
let clock: SetClock;
/** The day of the first event, at midnight. */
let dayOne: number;

beforeEach(async () => {
  house = await ProjectedHouse.open();
  clock = new SetClock();
  await house.told.list(auctionNo(1));
  const [first] = await house.journal.readAll(null, 1);
  dayOne = Math.floor((first?.recordedAt ?? 0) / DAY_MS) * DAY_MS;
});
afterEach(() => house.close());
afterAll(killProcesses);

/** `days` nights after the first day, at this hour. */
const at = (days: number, hours: number): Instant => instant(dayOne + days * DAY_MS + hours * HOUR_MS);
const day = (days: number): string => isoTime(instant(dayOne + days * DAY_MS));
const never = new AbortController().signal;
const nothing: RunWork = async () => 'done';

function runsWith(nightly: RunWork): HouseRuns {
  const work = { nightly, hourly: nothing, verification: nothing, drill: nothing };
  return new HouseRuns({
    database: house.database.config,
    journal: house.journal,
    runtime: clock,
    log: silentLog,
    work,
  });
}

async function history(): Promise<readonly (readonly [string, string, string, string, string | null])[]> {
  const { rows } = await new RunsQueries(house.client).runs(null, { after: null, limit: 50 });
  return rows.map((row) => [row.kind, row.state, isoTime(row.coversFrom), isoTime(row.coversTo), row.problem] as const);
}

const failures = async () =>
  (await house.journal.readAll(null, 1_000)).filter(({ eventType }) => eventType === 'RunFailed');

describe('what is outstanding', () => {
  it('is done night by night, in order, and once', async () => {
    const spans: string[][] = [];
    const runs = runsWith(async ({ from, to }, counts) => {
      spans.push([isoTime(from), isoTime(to)]);
      counts['rows'] = 7;
      return 'done';
    });
    clock.at = at(3, 3);
    expect(await runs.catchUp('nightly', never)).toHaveLength(3);
    expect(await runs.catchUp('nightly', never)).toEqual([]);
    clock.at = at(4, 1);
    expect(await runs.catchUp('nightly', never)).toEqual([]);
    clock.at = at(4, 2);
    await runs.catchUp('nightly', never);
    const nights = [0, 1, 2, 3].map((n) => [day(n), day(n + 1)]);
    expect(spans).toEqual(nights);
    const { rows } = await house.client.query('SELECT covers_from, state, counts FROM ops.runs ORDER BY covers_from');
    expect(rows.map(({ covers_from: from, ...row }) => [from.toISOString(), row])).toEqual(
      nights.map(([from]) => [from, { state: 'succeeded', counts: { rows: 7 } }]),
    );
  });

  it('ends at the first night that fails, and goes on from there', async () => {
    let bad = day(1);
    const runs = runsWith(async ({ from }) => {
      if (isoTime(from) === bad) throw new Error('not this one');
      return 'done';
    });
    clock.at = at(3, 3);
    await expect(runs.catchUp('nightly', never)).rejects.toThrow('not this one');
    const begun = async () => new Set((await history()).map(([, state, from]) => `${state} ${from}`));
    expect(await begun()).toEqual(new Set([`succeeded ${day(0)}`, `failed ${day(1)}`]));
    bad = '';
    expect(await runs.catchUp('nightly', never)).toHaveLength(2);
    expect(await begun()).toEqual(
      new Set([`succeeded ${day(0)}`, `failed ${day(1)}`, `succeeded ${day(1)}`, `succeeded ${day(2)}`]),
    );
  });

  it('is done as one run where nothing is gained by several, and once where it was skipped', async () => {
    clock.at = at(30, 3);
    await runsWith(nothing).catchUp('verification', never);
    const drill: RunWork = async () => ({ skipped: 'no backups are configured' });
    const runs = new HouseRuns({
      ...{ database: house.database.config, journal: house.journal, runtime: clock, log: silentLog },
      work: { nightly: nothing, hourly: nothing, verification: nothing, drill },
    });
    expect(await runs.catchUp('drill', never)).toHaveLength(1);
    expect(await runs.catchUp('drill', never)).toEqual([]);
    expect(await history()).toEqual([
      ['drill', 'skipped', expect.any(String), expect.any(String), 'no backups are configured'],
      ['verification', 'succeeded', day(0), day(29), null],
    ]);
    expect(await failures()).toEqual([]);
  });

  it('is done by one of several schedulers', async () => {
    let [working, most, done] = [0, 0, 0];
    const work: RunWork = async () => {
      working += 1;
      most = Math.max(most, working);
      await clock.sleep(300);
      working -= 1;
      done += 1;
      return 'done';
    };
    clock.at = at(1, 3);
    const ended = await Promise.all([1, 2, 3].map(() => runsWith(work).catchUp('nightly', never)));
    expect({ most, done, ran: ended.flat().length }).toEqual({ most: 1, done: 1, ran: 1 });
    expect(await history()).toHaveLength(1);
  });
});

describe('a run that fails', () => {
  it('is noted, recorded in the journal, and stays outstanding', async () => {
    clock.at = at(1, 3);
    const failing = runsWith(async (_span, counts) => {
      counts['archivedEvents'] = 3;
      throw new Error('Silver differs\nfrom the archive');
    });
    await expect(failing.catchUp('nightly', never)).rejects.toThrow('Silver differs');
    expect(await history()).toEqual([['nightly', 'failed', day(0), day(1), 'Silver differs from the archive']]);
    const [fact, ...rest] = await failures();
    expect(rest).toEqual([]);
    expect(fact).toMatchObject({
      kind: 'event',
      event: {
        type: 'RunFailed',
        run: 'nightly',
        coversFrom: dayOne,
        coversTo: dayOne + DAY_MS,
        problem: 'Silver differs from the archive',
      },
    });
    clock.at = at(2, 3);
    await runsWith(nothing).catchUp('nightly', never);
    expect((await history())[1]).toEqual(['nightly', 'succeeded', day(0), day(1), null]);
  });

  it('is interrupted, and no failure, where the process is told to stop', async () => {
    const stop = new AbortController();
    clock.at = at(1, 3);
    const runs = runsWith(async (_span, _counts, signal) => {
      stop.abort();
      signal.throwIfAborted();
      return 'done';
    });
    await expect(runs.catchUp('nightly', stop.signal)).rejects.toThrow();
    expect(await history()).toEqual([['nightly', 'interrupted', day(0), day(1), 'the process was stopped']]);
    expect(await failures()).toEqual([]);
  });
});

it('goes on where a process was killed in the middle of a run', async () => {
  const { pid } = await runTypescript(`
    const { HouseRuns } = await import('./dist/src/scheduler/runs/house-runs.js');
    const { SystemRuntime } = await import('./dist/src/runtime/system.runtime.js');
    const { silentLog } = await import('./dist/src/runtime/log.js');
    class Clock extends SystemRuntime { now() { return ${at(1, 3)}; } }
    const forever = async () => { console.log('at work'); await new Promise((resolve) => setTimeout(resolve, 600_000)); };
    const journal = { readAll: async () => [{ recordedAt: ${dayOne} }] };
    const runs = new HouseRuns({ database: ${JSON.stringify(house.database.config)}, journal, runtime: new Clock(),
      log: silentLog, work: { nightly: forever, hourly: forever, verification: forever, drill: forever } });
    await runs.catchUp('nightly', new AbortController().signal);`);
  expect(await history()).toEqual([['nightly', 'running', day(0), day(1), null]]);
  process.kill(pid, 'SIGKILL');
  clock.at = at(1, 3);
  await runsWith(nothing).catchUp('nightly', never);
  expect(await history()).toEqual(
    expect.arrayContaining([
      ['nightly', 'succeeded', day(0), day(1), null],
      ['nightly', 'interrupted', day(0), day(1), 'the process ended before the run did'],
    ]),
  );
});

it('pg-boss calls for every kind at the start, in every scheduler, and leaves nothing at work', async () => {
  const called: RunKind[] = [];
  const catchUp = async (kind: RunKind): Promise<readonly []> => {
    called.push(kind);
    return [];
  };
  const schedules = [1, 2].map(
    () =>
      new RunSchedule({
        runs: { catchUp },
        database: house.database.config,
        runtime: clock,
        log: silentLog,
        pollMs: 500,
      }),
  );
  for (const schedule of schedules) schedule.start();
  await eventually('each kind to be called for', () => RUN_KINDS.every((kind) => called.includes(kind)), 30_000);
  const { rows } = await house.client.query('SELECT key, cron, timezone FROM pgboss.schedule ORDER BY key');
  expect(rows).toEqual([
    { key: 'drill', cron: '0 5 * * 1', timezone: 'UTC' },
    { key: 'hourly', cron: '5 * * * *', timezone: 'UTC' },
    { key: 'nightly', cron: '0 2 * * *', timezone: 'UTC' },
    { key: 'verification', cron: '0 4 * * *', timezone: 'UTC' },
  ]);
  await Promise.all(schedules.map((schedule) => schedule.drain()));
  expect(schedules.map((schedule) => schedule.state())).toEqual(['stopped', 'stopped']);
});
