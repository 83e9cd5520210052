// The files of one PostgreSQL cluster: `<dataDir>/data` (PostgreSQL's own), `<dataDir>/password` (of the house),
// `<dataDir>/admin-password` (of the superuser), `<dataDir>/server.log`.
// A cluster is made aside and renamed into place when it is complete and on disk, so that an interrupted initialisation
// is never taken for a cluster; the rename is its end mark.
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Log } from '../runtime/log.js';
import { runProgram } from './dependent-process.js';
import { EmbeddedError } from './embedded-error.js';
import { programsFor, type ServerUser, serverUser, within } from './postgres-programs.js';
import { hasCode } from './system-error.js';

export type Credentials = Readonly<{ user: string; password: string }>;

/** `house` is whom all that a house does is done as. */
export type Cluster = Readonly<{
  directory: string;
  superuser: Credentials;
  house: Credentials;
  serverUser: ServerUser;
}>;

const SUPERUSER = 'gavel_admin';
const HOUSE = 'gavel';
const postgresMajor = '18';

/** The cluster under `dataDir`, made now if there is none. Refuses one of another major version of PostgreSQL. */
export async function openCluster(dataDir: string, log: Log): Promise<Cluster> {
  const directory = join(dataDir, 'data');
  const version = await readIfThere(join(directory, 'PG_VERSION'));
  if (version === undefined) await initialise(dataDir, log);
  else if (version.trim() !== postgresMajor) {
    const found = version.trim();
    const message = `${directory} was written by PostgreSQL ${found}; this gavel brings ${postgresMajor}: dump and reload it`;
    throw new EmbeddedError('VersionMismatch', message);
  }
  const password = await passwordOf(dataDir, HOUSE);
  return {
    directory,
    superuser: { user: SUPERUSER, password: await adminPassword(dataDir) },
    house: { user: HOUSE, password },
    serverUser: await serverUser(directory),
  };
}

const PASSWORD_FILES = { [HOUSE]: 'password', [SUPERUSER]: 'admin-password' } as const;

/** The password of a role of the cluster under `dataDir`, as its file has it. */
export const passwordOf = async (dataDir: string, role: keyof typeof PASSWORD_FILES): Promise<string> =>
  (await readFile(join(dataDir, PASSWORD_FILES[role]), 'utf8')).trim();

/** A data directory from when the house was a superuser has none yet; the start gives it to the role (database-roles.ts). */
async function adminPassword(dataDir: string): Promise<string> {
  const path = join(dataDir, PASSWORD_FILES[SUPERUSER]);
  if ((await readIfThere(path)) === undefined) await writePassword(path);
  return passwordOf(dataDir, SUPERUSER);
}

const writePassword = (path: string): Promise<void> =>
  writeFile(path, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: true });

async function initialise(dataDir: string, log: Log): Promise<void> {
  const aside = `${dataDir}.unfinished`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(join(aside, 'data'), { recursive: true, mode: 0o700 });
  const passwordFile = join(aside, PASSWORD_FILES[SUPERUSER]);
  await writePassword(passwordFile);
  await writePassword(join(aside, PASSWORD_FILES[HOUSE]));
  const user = await serverUser(join(aside, 'data'));
  // Only while the cluster is made may its user read the password; afterwards the server knows no more than its hash.
  if (user !== undefined) {
    for (const path of [aside, join(aside, 'data'), passwordFile]) await chown(path, user.uid, user.gid);
  }
  await initdb(join(aside, 'data'), user, log);
  if (user !== undefined) for (const path of [aside, passwordFile]) await chown(path, 0, 0);
  await chmod(aside, 0o700);
  await rename(aside, dataDir).catch((cause: Error) => {
    throw new EmbeddedError('InitialisationFailed', `${dataDir} holds something else than a PostgreSQL cluster`, {
      cause,
    });
  });
  await flushDirectory(dirname(dataDir));
}

/**
 * Text is UTF-8 and sorts by code point, whatever the machine's locale is: an index built here reads the same elsewhere,
 * and no upgrade of the C library can reorder it (postgresql.org/docs/18/locale.html, builtin provider).
 */
async function initdb(directory: string, user: ServerUser, log: Log): Promise<void> {
  const { initdb: program } = await programsFor(user);
  const { path, options } = within(directory, user);
  const args = [
    '-D',
    path,
    `--pwfile=${path}/../${PASSWORD_FILES[SUPERUSER]}`,
    `--username=${SUPERUSER}`,
    '--auth=scram-sha-256',
  ];
  const text = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const startedAt = performance.now();
  try {
    await runProgram(program, [...args, ...text, '--no-instructions'], options);
  } catch (cause) {
    const output =
      typeof cause === 'object' && cause !== null && 'stderr' in cause
        ? String(cause.stderr).trim().replaceAll('\n', ' | ')
        : '';
    throw new EmbeddedError('InitialisationFailed', `PostgreSQL's initdb failed: ${output || cause}`, { cause });
  }
  log.info({ directory, ms: Math.round(performance.now() - startedAt) }, 'made a new PostgreSQL cluster');
}

/** A rename is on disk when the directory that holds the name is. Windows offers no such call and needs none. */
async function flushDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  await handle.sync().finally(() => handle.close());
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
