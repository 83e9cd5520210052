// Keys of persons wrapped anew under the current master key, one file after the other, while the house goes on. What was done stays
// done: a run that was killed is run again.
//
// `<directory>/masters/<id>` says that keys here may be wrapped under this master key. It is written before the first is, and removed
// when none is left.
import { open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { isUuid, userId } from '../domain/ids.js';
import { OperatorError } from '../runtime/operator-error.js';
import { syncDirectory } from '../runtime/sync-directory.js';
import { hasCode } from '../runtime/system-error.js';
import type { MasterKeys } from './master-keys.js';
import { createPrivateFile, emptyPrivateFile, readPrivateFile, removePrivateFile } from './private-file.js';

/** Where the new file of a key is written before it takes the old one's place. */
export const rewrappedPath = (path: string): string => `${path}.rewrapped`;

const notes = (directory: string): string => join(directory, 'masters');

/** Notes, durably, that keys are wrapped under the current master key from now on. */
export async function noteWrapping(directory: string, { current }: MasterKeys): Promise<void> {
  if (current === null) return;
  const path = join(notes(directory), current);
  if ((await readPrivateFile(path)) === null) await createPrivateFile(path, new Uint8Array());
}

/** The ids of master keys that keys of persons may be wrapped under here. */
export const notedMasters = (directory: string): Promise<readonly string[]> => namesIn(notes(directory));

/** Refuses a house that lacks a master key which keys of persons here are wrapped under. */
export async function refuseUnknownMasters(directory: string, masters: MasterKeys): Promise<void> {
  const unknown = (await notedMasters(directory)).find((id) => !masters.knows(id));
  if (unknown !== undefined)
    throw new OperatorError(
      `keys of persons in ${directory} are wrapped under the master key ${unknown}, and neither GAVEL_MASTER_KEY nor GAVEL_MASTER_KEY_ALSO is that one: set it`,
    );
}

export type Rewrapped = Readonly<{ keys: number; rewrapped: number; erased: number; forgotten: readonly string[] }>;

/**
 * Wraps every key under the current master key that is not, and then forgets the other master keys. One run at a time in a
 * house: the caller holds a lock. Refuses a file that this house cannot open, after the others are done.
 */
export async function rewrapAll(
  directory: string,
  masters: MasterKeys,
  { signal, progress }: Readonly<{ signal: AbortSignal; progress: (keys: number) => void }>,
): Promise<Rewrapped> {
  const { current } = masters;
  if (current === null) throw new OperatorError('GAVEL_MASTER_KEY is not set: there is no key to wrap under');
  await noteWrapping(directory, masters);
  const count = { keys: 0, rewrapped: 0, erased: 0 };
  let problem: string | null = null;
  for (const folder of (await namesIn(directory)).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const name of await namesIn(join(directory, folder))) {
      signal.throwIfAborted();
      const path = join(directory, folder, name);
      // What a run that was killed left behind. The lock is ours, so nobody is writing it.
      if (name.endsWith('.rewrapped')) await removePrivateFile(path);
      if (!isUuid(name)) continue;
      const result = await rewrap(path, name, masters);
      if (result === 'unknown') problem ??= path;
      else count[result] += 1;
      progress(count.keys + count.rewrapped);
    }
  }
  if (problem !== null)
    throw new OperatorError(
      `${problem} does not open under GAVEL_MASTER_KEY or GAVEL_MASTER_KEY_ALSO: nothing was lost, the other keys are done`,
    );
  return { ...count, keys: count.keys + count.rewrapped, forgotten: await forgetOthers(directory, current) };
}

/** `keys` is one that needed nothing. The old file is held open: whoever erases it meanwhile wipes that one. */
async function rewrap(
  path: string,
  name: string,
  masters: MasterKeys,
): Promise<'keys' | 'rewrapped' | 'erased' | 'unknown'> {
  const id = userId(name);
  const old = await open(path, 'r');
  try {
    const kept = new Uint8Array(await old.readFile());
    if (kept.every((byte) => byte === 0)) return 'erased';
    if (masters.idOf(kept) === masters.current) return 'keys';
    const key = masters.unwrap(id, kept);
    if (key === null) return 'unknown';
    const aside = rewrappedPath(path);
    await removePrivateFile(aside);
    await createPrivateFile(aside, masters.wrap(id, key));
    if (!(await renamed(aside, path))) return 'erased';
    const now = Buffer.alloc(kept.length);
    const { bytesRead } = await old.read(now, 0, kept.length, 0);
    if (bytesRead === kept.length && now.some((byte) => byte !== 0)) return 'rewrapped';
    await emptyPrivateFile(path);
    return 'erased';
  } finally {
    await old.close();
  }
}

/** False where whoever erased the person took the new file away. */
async function renamed(aside: string, path: string): Promise<boolean> {
  try {
    await rename(aside, path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
  await syncDirectory(join(path, '..'));
  return true;
}

async function forgetOthers(directory: string, current: string): Promise<readonly string[]> {
  const others = (await notedMasters(directory)).filter((id) => id !== current);
  for (const id of others) await removePrivateFile(join(notes(directory), id));
  return others;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).toSorted();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
