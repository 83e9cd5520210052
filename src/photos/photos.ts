// Photos in the object store: `photos/ID/about.json`, `photos/ID/WIDTH.FORMAT`, and `photos/by/USER/ID`, by which they are erased with
// the person. An object is never changed, so it may be kept by whoever has seen it.
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { UserId } from '../domain/ids.js';
import type { ObjectStore } from '../lake/object-store.js';
import { hasCode } from '../runtime/system-error.js';
import { noteOf } from './forget.js';
import { picturesOf } from './picture.js';

const about = z.object({ by: z.uuid(), width: z.int().positive(), height: z.int().positive() });
/** `by` is who sent it; the size is that of what came, upright. */
export type AboutPhoto = Readonly<z.output<typeof about>>;

/** Photos that wait while one is made. */
const WAITING_MAX = 8;

/** Too many wait. */
export class PhotosBusy extends Error {
  readonly code = 'PhotosBusy';
}

export class Photos {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly store: Pick<ObjectStore, 'put' | 'get' | 'read'>,
    private readonly uuid: () => string,
  ) {}

  /** Makes and keeps the sizes of a photo, one photo after the other. Refuses what is none with a `PictureRefused`. */
  async add(by: UserId, bytes: Buffer): Promise<AboutPhoto & Readonly<{ photoId: string }>> {
    const made = await this.inTurn(() => picturesOf(bytes));
    const photoId = this.uuid();
    await this.store.put(noteOf(by, photoId), Buffer.alloc(0));
    for (const { width, format, bytes: file } of made.files)
      await this.store.put(`photos/${photoId}/${width}.${format}`, file);
    const kept = { by, width: made.width, height: made.height };
    // Last: a photo that is told about is whole.
    await this.store.put(`photos/${photoId}/about.json`, Buffer.from(JSON.stringify(kept)));
    return { photoId, ...kept };
  }

  /** What is kept of a photo; null where there is none. */
  async about(photoId: string): Promise<AboutPhoto | null> {
    const bytes = await unlessMissing(this.store.get(`photos/${photoId}/about.json`));
    return bytes === null ? null : about.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  }

  /** A file of a photo; null where there is none. */
  file(photoId: string, name: string): Promise<Readable | null> {
    return unlessMissing(this.store.read(`photos/${photoId}/${name}`));
  }

  private async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.waiting >= WAITING_MAX) throw new PhotosBusy('too many photos are being made');
    this.waiting += 1;
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined).finally(() => (this.waiting -= 1));
    return turn;
  }
}

async function unlessMissing<Result>(asked: Promise<Result>): Promise<Result | null> {
  try {
    return await asked;
  } catch (error) {
    if (hasCode(error, 'ObjectMissing')) return null;
    throw error;
  }
}
