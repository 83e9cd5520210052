// Who was erased, kept outside the database and outside the keys, so that a restore of either does not bring anybody back:
// what is on this list is erased again (docs/adr/0038). It holds ids and times, nothing else of anybody.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isUuid, type UserId, userId } from '../domain/ids.js';
import { type Instant, isoTime } from '../domain/time.js';
import { hasCode } from '../runtime/system-error.js';
import { createPrivateFile } from './private-file.js';

export interface ErasureList {
  /** Puts a person on the list; durable when it resolves. The first time stands. */
  add(userId: UserId, erasedAt: Instant): Promise<void>;
  /** Everybody on it, in no particular order. */
  all(): Promise<readonly UserId[]>;
}

/** One file a person, named by the id and holding the time: `<directory>/<uuid>`. */
export class DirectoryErasureList implements ErasureList {
  constructor(private readonly directory: string) {}

  async add(id: UserId, erasedAt: Instant): Promise<void> {
    await createPrivateFile(join(this.directory, id), new TextEncoder().encode(`${isoTime(erasedAt)}\n`));
  }

  async all(): Promise<readonly UserId[]> {
    try {
      const names = await readdir(this.directory);
      return names.filter(isUuid).map(userId);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  }
}
