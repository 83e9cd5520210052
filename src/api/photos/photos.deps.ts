// What the edge asks of photos (src/photos).
import type { Readable } from 'node:stream';
import type { UserId } from '../../domain/ids.js';

export type AboutPhoto = Readonly<{ by: string; width: number; height: number }>;

export interface PhotosDeps {
  /** How large a file may be. */
  readonly bytesMax: number;
  /** Throws an error with the code `PictureRefused`, whose message is a sentence, or `PhotosBusy`. */
  add(by: UserId, bytes: Buffer): Promise<AboutPhoto & Readonly<{ photoId: string }>>;
  about(photoId: string): Promise<AboutPhoto | null>;
  file(photoId: string, name: string): Promise<Readable | null>;
  /** Deletes all that this person has sent. */
  forget(userId: UserId): Promise<void>;
}
