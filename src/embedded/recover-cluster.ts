// A cluster out of a backup, brought to its end or to a point in time. PostgreSQL does it in single-user mode: nobody can
// connect meanwhile, and its superuser gets the password that lies beside the cluster from now on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chown, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Log } from '../runtime/log.js';
import { syncDirectory } from '../runtime/sync-directory.js';
import { makePlace, passwordOf, SUPERUSER } from './cluster.js';
import { endWithUs } from './dependent-process.js';
import { EmbeddedError } from './embedded-error.js';
import { programsFor, type ServerUser, within } from './postgres-programs.js';
import { serverSettings } from './server-settings.js';

export type Recovered = Readonly<{
  /** When the last transaction was committed that is there, as PostgreSQL tells it; null if there was none in the log. */
  lastCommitAt: string | null;
  /** Whether the log reached the time that was asked for; true without one. */
  reached: boolean;
}>;

/** What a server is told that comes out of a backup. All that there is of the log lies in the data directory already. */
const recoverySettings = (to: number | null): Readonly<Record<string, string>> => ({
  restore_command: 'exit 1',
  // Otherwise readers come in before the log is at its end.
  hot_standby: 'off',
  recovery_target_timeline: 'current',
  ...(to !== null && {
    // A zone by its letters is not known yet where the setting is read.
    recovery_target_time: new Date(to).toISOString().replace('T', ' ').replace('Z', '+00'),
    recovery_target_action: 'promote',
  }),
});

/**
 * Makes the cluster of `dataDir`: `fill` writes its files into the directory that it is given, and the log is applied up to
 * the time `to` (milliseconds since 1970) or to its end. `dataDir` must not be there; it is there when all is done.
 */
export async function recoverCluster(
  dataDir: string,
  fill: (directory: string) => Promise<void>,
  { to, log }: Readonly<{ to: number | null; log: Log }>,
): Promise<Recovered> {
  const aside = `${dataDir}.unfinished`;
  await rm(aside, { recursive: true, force: true });
  const user = await makePlace(aside);
  const directory = join(aside, 'data');
  await fill(directory);
  await writeFile(join(directory, 'recovery.signal'), '', { mode: 0o600 });
  if (user !== undefined) await giveTo(user, directory);
  const recovered = await recover(aside, user, to, log);
  await rename(aside, dataDir).catch((cause: Error) => {
    throw new EmbeddedError('InitialisationFailed', `${dataDir} is there already`, { cause });
  });
  await syncDirectory(dirname(dataDir));
  return recovered;
}

/**
 * Leaves a data directory, filled from a backup, to a server that is started on it by others: it goes through the log, up to
 * the time `to` or to its end, before it takes connections.
 */
export async function writeRecovery(directory: string, to: number | null): Promise<void> {
  const lines = Object.entries(recoverySettings(to)).map(([name, value]) => `${name} = '${value}'\n`);
  await appendFile(join(directory, 'postgresql.auto.conf'), lines.join(''));
  await writeFile(join(directory, 'recovery.signal'), '', { mode: 0o600 });
  // Whoever restores as root may restore for somebody else: the directory's owner runs the server.
  const { uid, gid } = await stat(directory);
  if (process.getuid?.() === 0 && uid !== 0) await giveTo({ uid, gid }, directory);
}

/** A time behind all that was backed up is no reason to refuse: what there is is what there was then. */
async function recover(aside: string, user: ServerUser, to: number | null, log: Log): Promise<Recovered> {
  const first = await runSingle(aside, user, to);
  if (first.code === 0) return { lastCommitAt: lastCommitIn(first.output), reached: true };
  const isShort = /recovery ended before configured recovery target was reached/.test(first.output);
  if (to === null || !isShort) throw recoveryFailed(first.output);
  log.info({ to: new Date(to).toISOString() }, 'the backup ends before the time that was asked for');
  const all = await runSingle(aside, user, null);
  if (all.code !== 0) throw recoveryFailed(all.output);
  return { lastCommitAt: lastCommitIn(all.output) ?? lastCommitIn(first.output), reached: false };
}

const recoveryFailed = (output: string): EmbeddedError =>
  new EmbeddedError(
    'InitialisationFailed',
    `PostgreSQL could not recover from the backup: ${output.trim().split('\n').slice(-4).join(' | ')}`,
  );

const lastCommitIn = (output: string): string | null =>
  /last completed transaction was at log time ([^\n]+)/.exec(output)?.[1]?.trim() ?? null;

async function runSingle(
  aside: string,
  user: ServerUser,
  to: number | null,
): Promise<Readonly<{ code: number | null; output: string }>> {
  const { postgres } = await programsFor(user);
  const { path, options } = within(join(aside, 'data'), user);
  const { host, port } = { host: '', port: 1 };
  const settings = serverSettings({ host, port, ...recoverySettings(to) });
  const args = ['--single', '-D', path, ...settings, 'postgres'];
  const child = spawn(postgres, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
  endWithUs(child, 'SIGINT');
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  // A statement ends with its line. A server that refuses to start closes the pipe unread.
  child.stdin.on('error', () => undefined);
  child.stdin.end(`ALTER ROLE ${SUPERUSER} PASSWORD '${await passwordOf(aside, SUPERUSER)}'\n`);
  const [code] = (await once(child, 'close')) as [number | null];
  const told = (await output).join('\n');
  if (/ERROR:/.test(told)) return { code: 1, output: told };
  return { code, output: told };
}

async function giveTo({ uid, gid }: NonNullable<ServerUser>, directory: string): Promise<void> {
  await chown(directory, uid, gid);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true }))
    await chown(join(entry.parentPath, entry.name), uid, gid);
}
