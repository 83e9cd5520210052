// Photos of an item that is to be listed: chosen, sent at once one after the other, and taken away again.
import { useState } from 'preact/hooks';
import { PHOTOS_MAX } from '../../../src/domain/auction/terms.js';
import { PHOTO_BYTES_MAX } from '../../../src/photos/sizes.js';
import { problemOf } from '../house/ask.js';
import { type Photo as About, sendPhoto } from '../house/photos.js';
import { words } from '../words/words.js';
import { Photo } from './photo.js';

type PhotoFieldParts = Readonly<{ photos: readonly About[]; change: (photos: readonly About[]) => void }>;
type Sending = Readonly<{ name: string; left: number; part: number }>;

export function PhotoField({ photos, change }: PhotoFieldParts) {
  const { photos: said, problem: otherwise } = words.value;
  const [sending, setSending] = useState<Sending | null>(null);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const sent = async (file: File, left: number): Promise<About | null> => {
    const refuse = (why: string): null => {
      setProblems((before) => [...before, said.refused(file.name, why)]);
      return null;
    };
    if (file.size > PHOTO_BYTES_MAX) return refuse(said.tooLarge);
    try {
      setSending({ name: file.name, left, part: 0 });
      return await sendPhoto(file, (part) => setSending({ name: file.name, left, part }));
    } catch (error) {
      return refuse(problemOf(error, otherwise.notAnswered));
    }
  };
  const send = async (input: HTMLInputElement): Promise<void> => {
    const chosen = [...(input.files ?? [])];
    const files = chosen.slice(0, PHOTOS_MAX - photos.length);
    setProblems(chosen.length > files.length ? [said.tooMany] : []);
    let all = photos;
    for (const [i, file] of files.entries()) {
      const photo = await sent(file, files.length - i - 1);
      if (photo === null) continue;
      all = [...all, photo];
      change(all);
    }
    setSending(null);
    input.value = '';
  };
  return (
    <div class="field">
      <label for="photos">{said.label}</label>
      <input
        class="input"
        id="photos"
        type="file"
        multiple
        accept="image/jpeg,image/png,image/webp,image/avif"
        aria-describedby="photos-hint"
        disabled={photos.length >= PHOTOS_MAX || sending !== null}
        onChange={(event) => void send(event.currentTarget)}
      />
      <p class="hint" id="photos-hint" role="status">
        {sending === null ? said.hint : said.sending(sending.name, sending.left)}
      </p>
      {sending !== null && <progress max={1} value={sending.part} aria-labelledby="photos-hint" />}
      {problems.map((problem) => (
        <p class="hint wrong" role="alert" key={problem}>
          {problem}
        </p>
      ))}
      {photos.length > 0 && (
        <ul class="photos" role="list">
          {photos.map(({ photoId }, i) => (
            <li key={photoId}>
              <Photo photoId={photoId} id={photoId} title="" text={said.number(i + 1)} sizes="8rem" />
              <button
                class="btn bare"
                type="button"
                onClick={() => change(photos.filter((one) => one.photoId !== photoId))}
              >
                {said.remove(i + 1)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
