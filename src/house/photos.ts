// Photos of the house, in the object store of the lake. Which of them an auction shows is in its listing.
import type { PhotosDeps } from '../api/photos/photos.deps.js';
import type { Config } from '../config.js';
import type { UserId } from '../domain/ids.js';
import { openStore } from '../lake/open-store.js';
import { forgetPhotos } from '../photos/forget.js';
import { PHOTO_BYTES_MAX } from '../photos/sizes.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Undo } from './undoable.js';

export type HousePhotosParts = Readonly<{
  config: Pick<Config, 'lake'>;
  runtime: Runtime;
}>;

/** Opens the store. The library that makes pictures is loaded when the first one comes. */
export async function photosOf({ config, runtime }: HousePhotosParts, undo: Undo[]): Promise<PhotosDeps> {
  const store = await openStore(config.lake, runtime);
  undo.push(() => store.close());
  const load = async () => {
    const { Photos } = await import('../photos/photos.js');
    return new Photos(store, () => runtime.uuid());
  };
  let loaded: ReturnType<typeof load> | null = null;
  const photos = () => {
    loaded ??= load();
    return loaded;
  };
  return {
    bytesMax: PHOTO_BYTES_MAX,
    add: async (by, bytes) => (await photos()).add(by, bytes),
    about: async (photoId) => (await photos()).about(photoId),
    file: async (photoId, name) => (await photos()).file(photoId, name),
    forget: (userId) => forgetPhotos(store, [userId]),
  };
}

/** Deletes the photos of these people from the store, which is open for this alone. */
export async function erasePhotos(
  { config, runtime }: Pick<HousePhotosParts, 'config' | 'runtime'>,
  userIds: readonly UserId[],
): Promise<void> {
  const store = await openStore(config.lake, runtime);
  try {
    await forgetPhotos(store, userIds);
  } finally {
    store.close();
  }
}
