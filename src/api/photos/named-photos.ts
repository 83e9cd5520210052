// Photos that a listing names.
import type { Command } from '../../domain/messages.js';
import { type Caller, STAFF } from '../auth/access.js';
import { requestInvalid } from '../http/schema.pipe.js';
import type { PhotosDeps } from './photos.deps.js';

/** Refuses a command that names photos which are not there, or were sent by somebody else. */
export async function refuseForeignPhotos(photos: PhotosDeps | null, command: Command, caller: Caller): Promise<void> {
  const named = command.type === 'ListAuction' ? (command.item.photos ?? []) : [];
  for (const [i, photoId] of named.entries()) {
    const found = (await photos?.about(photoId)) ?? null;
    const field = `item.photos.${i}`;
    if (found === null) throw requestInvalid([{ field, problem: 'must be the id of a photo that was sent here' }]);
    if (found.by !== caller.userId && !STAFF.some((role) => caller.roles.includes(role)))
      throw requestInvalid([{ field, problem: 'must be a photo of your own' }]);
  }
}
