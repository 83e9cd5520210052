// A house whose disk is lost: bids are taken, server and data are gone, and the house is there again from its backup.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { basesIn } from '../../src/batch/backup/backup-store.js';
import { loadConfig } from '../../src/config.js';
import { instant } from '../../src/domain/time.js';
import { openDatabase } from '../../src/house/database.js';
import { type RunsParts, workOf } from '../../src/house/runs.js';
import { DirectoryStore } from '../../src/lake/directory.store.js';
import { silentLog } from '../../src/runtime/log.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { eventually } from '../support/eventually.js';
import { GavelProcess, runGavel } from '../support/run-gavel.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

// Several starts of a real PostgreSQL, on a machine that may be busy.
jest.setTimeout(300_000);

let scratch: Scratch;
let store: DirectoryStore;
let settings: Readonly<Record<string, string>>;
let gavel: GavelProcess;
beforeEach(() => {
  scratch = scratchDirectory('lost-disk');
  store = new DirectoryStore(join(scratch.path, 'other disk'), new SystemRuntime());
  settings = {
    GAVEL_DATA: join(scratch.path, 'data'),
    GAVEL_LAKE_DIR: join(scratch.path, 'other disk'),
    GAVEL_HTTP_PORT: '0',
    GAVEL_BACKUP: 'on',
    GAVEL_BACKUP_WITHIN_MS: '1000',
    GAVEL_DEMO: 'on',
  };
});
afterEach(async () => {
  gavel.child.kill('SIGINT');
  await gavel.end();
  scratch.remove();
});

async function start(...options: readonly string[]): Promise<void> {
  gavel = GavelProcess.start(['up', ...options], settings);
  await gavel.printed('Ctrl-C drains and stops.');
}

async function bidCount(): Promise<number> {
  const url = /API\s+(http:\S+)/.exec(gavel.stdout)?.[1] ?? '';
  const page = (await (await fetch(`${url}/auctions?limit=100`)).json()) as { rows: readonly { bidCount: number }[] };
  return page.rows.reduce((total, { bidCount: bids }) => total + bids, 0);
}

const pidIn = (...file: string[]): number =>
  Number(readFileSync(join(scratch.path, 'data', ...file), 'utf8').split('\n')[0]);

/** What the weekly run notes, with the house running beside it. */
async function drilledByTheClock() {
  const [config, log] = [loadConfig(settings), silentLog];
  const { connection, close } = await openDatabase(config, log);
  try {
    const parts = { config, postgres: connection, runtime: new SystemRuntime(), log } as unknown as RunsParts;
    const counts: Record<string, number | string | null> = {};
    const week = { from: instant(0), to: instant(1) };
    expect(await workOf(parts).drill(week, counts, new AbortController().signal)).toBe('done');
    expect(counts).toMatchObject({ baseAt: expect.any(String), lostMs: expect.any(Number) });
    const stopped = workOf(parts).drill(week, {}, AbortSignal.abort());
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(existsSync(join(config.dataDirectory, 'drill'))).toBe(false);
    return { events: Number(counts['events']) };
  } finally {
    await close();
  }
}

it('is there again with its bids, is drilled, and a damaged backup fails the drill', async () => {
  await start();
  await eventually('a base backup', async () => (await basesIn(store)).length > 0, 60_000);
  await eventually('bids of the demo', async () => (await bidCount()) > 5, 60_000);
  const drilled = await runGavel(['drill', '--json'], settings);
  expect(JSON.parse(drilled.stdout)).toMatchObject({ ok: true, problems: [] });
  expect(drilled.code).toBe(0);

  const before = await bidCount();
  // What was there a good while ago is in the backup by its promise; a drill may have taken less.
  const backedUp = await drilledByTheClock();
  process.kill(pidIn('gavel.pid'), 'SIGKILL');
  process.kill(pidIn('postgres', 'data', 'postmaster.pid'), 'SIGKILL');
  await gavel.end();
  renameSync(join(scratch.path, 'data', 'postgres'), join(scratch.path, 'lost'));

  const restored = await runGavel(['restore', '--from', 'backup'], settings);
  expect(restored.code).toBe(0);
  expect(restored.stdout).toContain('the last transaction is of');
  await start('--no-demo');
  const [, position] = /the journal stands at position (\d+)/.exec(gavel.stdout) ?? [];
  expect(Number(position)).toBeGreaterThanOrEqual(backedUp.events);
  expect(await bidCount()).toBeGreaterThanOrEqual(before);
  expect((await runGavel(['verify'], settings)).code).toBe(0);

  expect((await runGavel(['restore', '--from', 'backup'], settings)).stderr).toContain('already runs on');
  const newest = (await basesIn(store)).at(-1);
  if (newest === undefined) throw new Error('there is no base');
  writeFileSync(join(scratch.path, 'other disk', newest.key), 'damaged');
  expect((await runGavel(['drill'], settings)).code).toBe(1);
});
