// `gavel backup` and `gavel drill`: copies of PostgreSQL in the lake, and the proof that they can be restored.
import type { Command } from 'commander';
import type { Base } from '../batch/backup/backup-store.js';
import type { Config } from '../config.js';
import { backUp, backupsOf } from '../house/backup.js';
import { openDatabase } from '../house/database.js';
import { type DrillReport, drill } from '../house/drill.js';
import { type Log, silentLog } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { say, startProgress } from '../terminal/progress.js';

export type BackupCommandParts = Readonly<{
  config: () => Config;
  runtime: Runtime;
  print: (line: string) => void;
  /** Makes the command end with exit code 1 although it ran to its end. */
  fail: () => void;
}>;

const log: Log = silentLog;

/** Adds `gavel backup`, `gavel backup list` and `gavel drill`. */
export function registerBackup(program: Command, parts: BackupCommandParts): void {
  const backup = program
    .command('backup')
    .description('copy PostgreSQL into the lake now, beside a running house or without one (docs/backup.md)')
    .option('--json', 'one JSON object')
    .action(({ json }: { json?: boolean }) => takeNow(parts, json === true));
  backup
    .command('list')
    .description('the base backups that there are')
    .action(() => list(parts));
  program
    .command('drill')
    .description('restore the newest backup into a scratch directory, start it, verify it and tell how long that took')
    .option('--json', 'one JSON object')
    .action(({ json }: { json?: boolean }) => runDrill(parts, json === true));
}

async function takeNow({ config: load, runtime, print }: BackupCommandParts, json: boolean): Promise<void> {
  const config = load();
  const { connection, close } = await openDatabase(config, log);
  try {
    const progress = startProgress('bytes', 0);
    const parts = { config, runtime, postgres: connection };
    const base = await backUp(parts, progress.at).finally(() => progress.stop());
    print(json ? JSON.stringify(jsonOf(base)) : baseLine(base));
    if (!config.backup.on) say('GAVEL_BACKUP is off: what comes after this backup is in none');
  } finally {
    await close();
  }
}

async function list({ config: load, runtime, print }: BackupCommandParts): Promise<void> {
  const bases = await backupsOf({ config: load(), runtime });
  if (bases.length === 0) print('there are no backups');
  for (const base of bases) print(baseLine(base));
}

const baseLine = ({ startedAt, finishedAt, bytes, key }: Base): string =>
  `${iso(finishedAt)}  ${bytes} bytes, ${((finishedAt - startedAt) / 1_000).toFixed(1)} s  ${key}`;

const jsonOf = ({ key, bytes, startedAt, finishedAt, timeline }: Base) => ({
  key,
  bytes,
  startedAt: iso(startedAt),
  finishedAt: iso(finishedAt),
  timeline,
});

async function runDrill({ config: load, runtime, print, fail }: BackupCommandParts, json: boolean): Promise<void> {
  const config = load();
  const opened = await openDatabase(config, log).catch((error: Error) => {
    say(`the house's own database cannot be asked what a restore would lose: ${error.message}`);
    return null;
  });
  try {
    const parts = { config, live: opened?.connection ?? null, runtime, log };
    const report = await drill(parts, say);
    for (const line of json ? [JSON.stringify(report)] : drillLines(report)) print(line);
    if (!report.ok) fail();
  } finally {
    await opened?.close();
  }
}

function drillLines(report: DrillReport): readonly string[] {
  const { ok, problems, baseAt, pieces, events, eventsLive, lostMs, restoreMs, startMs, verifyMs } = report;
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  const loss = lostMs === null ? 'not known' : lostMs === 0 ? 'nothing' : `the last ${seconds(lostMs)}`;
  return [
    `base backup of ${baseAt}, and ${pieces} pieces of the log after it`,
    `restored in ${seconds(restoreMs)}, started in ${seconds(startMs)}, verified in ${seconds(verifyMs)}`,
    `${events} events${eventsLive === null ? '' : ` of ${eventsLive} that the house has`}; a restore would lose ${loss}`,
    ...problems,
    ok ? 'ok: the backup can be restored, and Silver is what its journal says' : 'not ok',
  ];
}

const iso = (at: number): string => new Date(at).toISOString();
