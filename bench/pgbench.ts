// pgbench, the load generator that comes with PostgreSQL: found, run, and its result read.
import { globSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runProgram } from '../src/embedded/dependent-process.js';
import type { Connection } from '../src/embedded/embedded-postgres.js';

export type PgbenchRun = Readonly<{
  program: string;
  connection: Connection;
  script: string;
  connections: number;
  seconds: number;
  variables: Readonly<Record<string, number>>;
}>;

/** The path of pgbench: the first on PATH, else that of Debian's newest PostgreSQL; undefined where there is none. */
export async function findPgbench(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const directory of (environment['PATH'] ?? '').split(delimiter)) {
    const program = join(directory, 'pgbench');
    if (directory !== '' && (await isProgram(program))) return program;
  }
  const packaged = globSync('/usr/lib/postgresql/*/bin/pgbench');
  return packaged.toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))[0];
}

/** What pgbench tells of a run: committed transactions, and how many of them a second. */
export type PgbenchReport = Readonly<{ transactions: number; perSecond: number }>;

/** Runs one script with prepared statements on two threads. */
export async function pgbench(run: PgbenchRun): Promise<PgbenchReport> {
  const { program, connection, script, connections, seconds, variables } = run;
  const options = ['--no-vacuum', '--protocol=prepared', '--jobs=2', `--client=${connections}`, `--time=${seconds}`];
  const defined = Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]);
  const environment = {
    PGHOST: connection.host,
    PGPORT: String(connection.port),
    PGUSER: connection.user,
    PGPASSWORD: connection.password,
    PGDATABASE: connection.database,
    PATH: process.env['PATH'],
  };
  const { stdout } = await runProgram(program, [...options, ...defined, '-f', script], { env: environment });
  return readReport(stdout);
}

/** Reads pgbench's report. Throws where it holds no figures, or tells of failed transactions. */
export function readReport(report: string): PgbenchReport {
  const failed = /^number of failed transactions: (\d+)/m.exec(report)?.[1] ?? '0';
  const transactions = /^number of transactions actually processed: (\d+)/m.exec(report)?.[1];
  const perSecond = /^tps = ([\d.]+) \(without initial connection time\)$/m.exec(report)?.[1];
  if (failed !== '0' || transactions === undefined || perSecond === undefined)
    throw new Error(`pgbench has no usable result: ${report.trim()}`);
  return { transactions: Number(transactions), perSecond: Number(perSecond) };
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
