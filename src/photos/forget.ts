// Erasing a person from the photos.
import type { UserId } from '../domain/ids.js';
import type { ObjectStore } from '../lake/object-store.js';

/** Where the photos that somebody has sent are noted: one empty object each, named by the photo's id. */
const folderOf = (userId: UserId): string => `photos/by/${userId}/`;
/** The note that a photo is somebody's. Written before the photo is, so that erasing finds what was begun as well. */
export const noteOf = (userId: UserId, photoId: string): string => folderOf(userId) + photoId;

/** Deletes all photos that these people have sent. Idempotent. */
export async function forgetPhotos(
  store: Pick<ObjectStore, 'list' | 'delete'>,
  userIds: readonly UserId[],
): Promise<void> {
  for (const userId of userIds)
    for (const note of await keysUnder(store, folderOf(userId))) {
      const photoId = note.slice(folderOf(userId).length);
      for (const key of await keysUnder(store, `photos/${photoId}/`)) await store.delete(key);
      await store.delete(note);
    }
}

async function keysUnder(store: Pick<ObjectStore, 'list'>, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}
