// Photos: sent as they are, shown in the sizes that the house has made of them.
import { signal } from '@preact/signals';
import { NotAnswered } from './ask.js';
import { person } from './session.js';

export type Photo = Readonly<{ photoId: string; width: number; height: number; widths: readonly number[] }>;

/** Sends a photo. Rejects with what the house says against it. */
export async function sendPhoto(file: File): Promise<Photo> {
  const token = person.value?.token;
  const response = await fetch('/photos', {
    method: 'POST',
    headers: {
      'content-type': 'application/octet-stream',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: file,
  }).catch((error: unknown) => {
    throw new NotAnswered(String(error), false);
  });
  const reply = (await response.json().catch(() => ({}))) as Photo & Readonly<{ message?: string }>;
  if (!response.ok) throw new NotAnswered(reply.message ?? `the house answers ${response.status}`, true);
  return reply;
}

/** What is known of lots' photos: a listing names them for good, so each lot is asked for once. */
const known = signal<ReadonlyMap<string, readonly Photo[]>>(new Map());
const asked = new Set<string>();

/** The photos of a lot; none until the house has told. */
export function photosOf(auctionId: string): readonly Photo[] {
  if (!asked.has(auctionId)) {
    asked.add(auctionId);
    void fetch(`/auctions/${auctionId}/photos`)
      .then(async (response) => (response.ok ? ((await response.json()).photos as Photo[]) : []))
      .catch(() => {
        asked.delete(auctionId);
        return [];
      })
      .then((photos) => {
        if (photos.length > 0) known.value = new Map([...known.value, [auctionId, photos]]);
      });
  }
  return known.value.get(auctionId) ?? [];
}

/** For `srcset`: each size with its width. */
export const sourcesOf = ({ photoId, widths }: Photo, format: 'avif' | 'webp' | 'jpg'): string =>
  widths.map((width) => `/photos/${photoId}/${width}.${format} ${width}w`).join(', ');
