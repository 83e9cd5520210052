// Photos that sellers have sent: one for each look that they sell, so that a house which plays for days holds no more of them than
// there are looks.

import { z } from 'zod';
import type { Person } from './people.js';
import { drawPicture, lookOf } from './pictures/picture.js';
import type { Stories } from './story.js';

const sent = z.object({ photoId: z.string() });

/** What is known of photos from listings of before. */
export type Shown = Readonly<{ sellerId: string; title: string; photos: readonly string[] }>;

export class PhotoAlbum {
  private readonly known = new Map<string, Promise<readonly string[]>>();
  /** One is drawn and sent after the other: a house makes one at a time. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly stories: Stories,
    shown: readonly Shown[],
  ) {
    for (const { sellerId, title, photos } of shown)
      if (photos.length > 0) this.known.set(keyOf(sellerId, title), Promise.resolve(photos));
  }

  /** The ids for a listing of this seller's under this title, drawn and sent where there are none; none if the house takes none. */
  of(seller: Person, title: string): Promise<readonly string[]> {
    const key = keyOf(seller.userId, title);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const photos = this.last.then(() => this.send(seller, title));
    this.last = photos.catch(() => undefined);
    this.known.set(key, photos);
    return photos;
  }

  private async send(seller: Person, title: string): Promise<readonly string[]> {
    const answer = await this.stories.ask(seller, { kind: 'photo', bytes: await drawPicture(title) });
    return answer.kind === 'accepted' ? [sent.parse(answer.told).photoId] : [];
  }
}

const keyOf = (sellerId: string, title: string): string => `${sellerId} ${lookOf(title)}`;
