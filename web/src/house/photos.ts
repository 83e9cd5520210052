// Photos: sent as they are, shown in the sizes that the house has made of them.
import { type Format, WIDTHS } from '../../../src/photos/sizes.js';
import { NotAnswered } from './ask.js';
import { person } from './session.js';

/** The size is that of what was sent. */
export type Photo = Readonly<{ photoId: string; width: number; height: number }>;

/** Sends a photo; `onSent` hears which part of it is on its way, from 0 to 1. Rejects with what the house says against it. */
export function sendPhoto(file: File, onSent: (part: number) => void): Promise<Photo> {
  const token = person.value?.token;
  return new Promise((resolve, reject) => {
    // `fetch` does not tell how far it is.
    const request = new XMLHttpRequest();
    request.open('POST', '/photos');
    request.responseType = 'json';
    request.setRequestHeader('content-type', 'application/octet-stream');
    if (token !== undefined) request.setRequestHeader('authorization', `Bearer ${token}`);
    request.upload.addEventListener('progress', ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0));
    request.addEventListener('error', () => reject(new NotAnswered('', false)));
    request.addEventListener('load', () => {
      const reply = request.response as (Photo & Readonly<{ message?: string }>) | null;
      if (request.status === 201 && reply !== null) resolve(reply);
      else reject(new NotAnswered(reply?.message ?? `the house answers ${request.status}`, true));
    });
    request.send(file);
  });
}

/** For `srcset`: each size with its width. */
export const sourcesOf = (photoId: string, format: Format): string =>
  WIDTHS.map((width) => `/photos/${photoId}/${width}.${format} ${width}w`).join(', ');
