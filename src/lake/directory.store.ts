// Objects as files of a directory. A put writes a file aside, makes it durable, and gives it its name as the last step: by
// a hard link, which replaces nothing, or by a rename.
import { createWriteStream, type Dirent } from 'node:fs';
import { chmod, link, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import type { Runtime } from '../runtime/runtime.js';
import { syncDirectory } from '../runtime/sync-directory.js';
import { hasCode } from '../runtime/system-error.js';
import { checked, streamOf } from './hashing.js';
import {
  RESERVED as ASIDE,
  type ByteRange,
  ChecksumMismatch,
  checkKey,
  ObjectMissing,
  type ObjectStore,
  type PutOptions,
  type PutResult,
  type StoredObject,
  StoreFailed,
} from './object-store.js';

/** No put takes so long; the directory may be shared with other machines, so a process's number tells nothing. */
const ABANDONED_AFTER_MS = 24 * 3_600_000;
/** A directory may be taken away between its making and its use, by somebody who tidies up. */
const ATTEMPTS_MAX = 5;

export class DirectoryStore implements ObjectStore {
  readonly url: string;
  private readonly root: string;
  private swept: Promise<void> | null = null;

  /** The directory need not be there yet. */
  constructor(
    path: string,
    private readonly runtime: Pick<Runtime, 'now' | 'uuid'>,
  ) {
    this.root = resolve(path);
    this.url = pathToFileURL(this.root).href;
  }

  async put(key: string, body: Uint8Array | Readable, options: PutOptions = {}): Promise<PutResult> {
    const path = this.pathOf(key);
    const aside = await this.writeAside(key, body, options);
    try {
      if (options.lockedUntilMs !== undefined) await chmod(aside, 0o440);
      return await this.giveName(aside, path, options.ifAbsent === true);
    } catch (error) {
      throw new StoreFailed(`writing ${key} to ${this.url}`, error);
    } finally {
      await rm(aside, { force: true });
    }
  }

  private async writeAside(key: string, body: Uint8Array | Readable, options: PutOptions): Promise<string> {
    const aside = join(this.root, ASIDE, this.runtime.uuid());
    try {
      await mkdir(dirname(aside), { recursive: true, mode: 0o700 });
      this.swept ??= this.sweep(dirname(aside));
      await this.swept;
      const stream = checked(key, streamOf(body), options.sha256);
      await pipeline(stream, createWriteStream(aside, { flags: 'wx', mode: 0o640, flush: true }));
      return aside;
    } catch (error) {
      await rm(aside, { force: true });
      if (error instanceof ChecksumMismatch) throw error;
      throw new StoreFailed(`writing ${key} to ${this.url}`, error);
    }
  }

  /** Removes what a crash left behind. */
  private async sweep(asides: string): Promise<void> {
    for (const name of await readdir(asides)) {
      const path = join(asides, name);
      const found = await stat(path).catch(() => null);
      if (found !== null && this.runtime.now() - found.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true });
    }
  }

  private async giveName(aside: string, path: string, ifAbsent: boolean): Promise<PutResult> {
    for (let attempt = 1; ; attempt++) {
      const made = await mkdir(dirname(path), { recursive: true, mode: 0o750 });
      try {
        if (ifAbsent) await link(aside, path);
        else await rename(aside, path);
        await this.syncDirectories(dirname(path), made);
        return 'stored';
      } catch (error) {
        if (ifAbsent && hasCode(error, 'EEXIST')) return 'exists';
        if (!hasCode(error, 'ENOENT') || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  }

  /** A name is durable once its directory is, and a new directory once the one above it is. */
  private async syncDirectories(directory: string, firstMade: string | undefined): Promise<void> {
    const last = firstMade === undefined ? directory : dirname(firstMade);
    for (let path = directory; ; path = dirname(path)) {
      await syncDirectory(path);
      if (path === last || path === dirname(path)) return;
    }
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array> {
    return buffer(await this.read(key, range));
  }

  async read(key: string, { from, to }: ByteRange = { from: 0 }): Promise<Readable> {
    const path = this.pathOf(key);
    try {
      const file = await open(path, 'r');
      const { size } = await file.stat();
      const end = Math.min(to ?? size, size) - 1;
      if (end >= from) return file.createReadStream({ start: from, end });
      await file.close();
      return streamOf(new Uint8Array());
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'EISDIR', 'ENOTDIR')) throw new ObjectMissing(key);
      throw new StoreFailed(`reading ${key} of ${this.url}`, error);
    }
  }

  async stat(key: string): Promise<StoredObject | null> {
    try {
      const found = await stat(this.pathOf(key));
      return found.isFile() ? { key, bytes: found.size } : null;
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null;
      throw error;
    }
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    yield* this.walk(folder, prefix);
  }

  private async *walk(folder: string, prefix: string): AsyncIterable<StoredObject> {
    // With the slash behind a directory's name its files come where their keys belong.
    const keyOf = (entry: Dirent): string => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`;
    const entries = await this.entriesOf(folder);
    const keys = entries.map(keyOf).filter((key) => key.startsWith(prefix) || prefix.startsWith(key));
    for (const key of keys.sort(byBytes)) {
      if (key === `${ASIDE}/`) continue;
      if (key.endsWith('/')) yield* this.walk(key, prefix);
      else {
        const found = await this.stat(key);
        if (found !== null && key.startsWith(prefix)) yield found;
      }
    }
  }

  private async entriesOf(folder: string): Promise<readonly Dirent[]> {
    try {
      const entries = await readdir(join(this.root, folder), { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory() || entry.isFile());
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
      throw new StoreFailed(`listing ${folder} of ${this.url}`, error);
    }
  }

  async delete(key: string): Promise<void> {
    const path = this.pathOf(key);
    try {
      await unlink(path);
      await syncDirectory(dirname(path));
    } catch (error) {
      if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw new StoreFailed(`deleting ${key} of ${this.url}`, error);
    }
  }

  pathOf(key: string): string {
    checkKey(key);
    return join(this.root, key);
  }

  close(): void {
    // Nothing is held between calls.
  }
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
