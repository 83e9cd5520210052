// The files of one PostgreSQL cluster: `<dataDir>/data` (PostgreSQL's own), `<dataDir>/password` (of the house),
// `<dataDir>/admin-password` (of the superuser), `<dataDir>/server.log`.
// A cluster is made aside and renamed into place when it is complete and on disk, so that an interrupted initialisation
// is never taken for a cluster; the rename is its end mark.
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Log } from '../runtime/log.js';
import { syncDirectory } from '../runtime/sync-directory.js';
import { hasCode } from '../runtime/system-error.js';
import { runProgram } from './dependent-process.js';
import { EmbeddedError } from './embedded-error.js';
import { programsFor, type ServerUser, serverUser, within } from './postgres-programs.js';

export type Credentials = Readonly<{ user: string; password: string }>;

/** `house` is whom all that a house does is done as, `reader` whom analysts come in as, `backup` who copies the cluster. */
export type Cluster = Readonly<{
  directory: string;
  superuser: Credentials;
  house: Credentials;
  reader: Credentials;
  backup: Credentials;
  serverUser: ServerUser;
}>;

export const SUPERUSER = 'gavel_admin';
const HOUSE = 'gavel';
const READER = 'gavel_reader';
const BACKUP = 'gavel_backup';
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
    superuser: { user: SUPERUSER, password: await madePassword(dataDir, SUPERUSER) },
    house: { user: HOUSE, password },
    reader: { user: READER, password: await readerPassword(dataDir) },
    backup: { user: BACKUP, password: await madePassword(dataDir, BACKUP) },
    serverUser: await serverUser(directory),
  };
}

const PASSWORD_FILES = {
  [HOUSE]: 'password',
  [SUPERUSER]: 'admin-password',
  [READER]: 'reader-password',
  [BACKUP]: 'backup-password',
} as const;

/** The password of a role of the cluster under `dataDir`, as its file has it. */
export const passwordOf = async (dataDir: string, role: keyof typeof PASSWORD_FILES): Promise<string> =>
  (await readFile(join(dataDir, PASSWORD_FILES[role]), 'utf8')).trim();

/** A data directory of an older Gavel lacks some; the start gives them to their roles (database-roles.ts). */
async function madePassword(dataDir: string, role: keyof typeof PASSWORD_FILES): Promise<string> {
  const path = join(dataDir, PASSWORD_FILES[role]);
  if ((await readIfThere(path)) === undefined) await writePassword(path);
  return passwordOf(dataDir, role);
}

/** Where psql finds the reader's password, in the form that it reads (postgresql.org/docs/18/libpq-pgpass.html). */
export const readerPassFile = (dataDir: string): string => join(dataDir, 'reader.pgpass');

async function readerPassword(dataDir: string): Promise<string> {
  const password = await madePassword(dataDir, READER);
  await writeFile(readerPassFile(dataDir), `*:*:*:${READER}:${password}\n`, { mode: 0o600 });
  return password;
}

const writePassword = (path: string): Promise<void> =>
  writeFile(path, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: true });

async function initialise(dataDir: string, log: Log): Promise<void> {
  const aside = `${dataDir}.unfinished`;
  await rm(aside, { recursive: true, force: true });
  const user = await makePlace(aside);
  const passwordFile = join(aside, PASSWORD_FILES[SUPERUSER]);
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
  await syncDirectory(dirname(dataDir));
}

/** Makes the directory of a cluster, empty, with passwords beside it. Resolves to who is to run the server. */
export async function makePlace(dataDir: string): Promise<ServerUser> {
  await mkdir(join(dataDir, 'data'), { recursive: true, mode: 0o700 });
  await writePassword(join(dataDir, PASSWORD_FILES[SUPERUSER]));
  await writePassword(join(dataDir, PASSWORD_FILES[HOUSE]));
  return serverUser(join(dataDir, 'data'));
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

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
