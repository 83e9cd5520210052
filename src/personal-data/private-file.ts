// Small secret files: readable by their owner only, there whole or not at all, and on the disk when the call returns.
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '../runtime/sync-directory.js';
import { hasCode } from '../runtime/system-error.js';

/** The file's content; null when there is no such file. */
export async function readPrivateFile(path: string): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/**
 * Writes a file that is not there yet; its directory is made if need be. True if this call wrote it, false if somebody
 * else had, whose content then stands. The name appears by a hard link, which unlike a rename replaces nothing.
 */
export async function createPrivateFile(path: string, content: Uint8Array): Promise<boolean> {
  const directory = dirname(path);
  const made = await mkdir(directory, { recursive: true, mode: 0o700 });
  const aside = `${path}.${process.pid}-${randomBytes(6).toString('hex')}.new`;
  const file = await open(aside, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(aside, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(aside);
    await syncDirectory(directory);
    if (made !== undefined) await syncDirectory(dirname(directory));
  }
}

/** Removes a file for good, if it is there. */
export async function removePrivateFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  await syncDirectory(dirname(path));
}

/**
 * Overwrites a file with zeros, then cuts it off: the name stays, the content is gone. The zeros are a courtesy to disks
 * that write in place; on others the old blocks may outlive them until they are reused.
 */
export async function emptyPrivateFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await file.write(new Uint8Array(size), 0, size, 0);
    await file.sync();
    await file.truncate(0);
    await file.sync();
  } finally {
    await file.close();
  }
}
