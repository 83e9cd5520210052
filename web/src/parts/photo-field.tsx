// Photos of an item that is to be listed: chosen, sent at once, and taken away again.
import { useState } from 'preact/hooks';
import { type Photo as About, sendPhoto } from '../house/photos.js';
import { words } from '../words/words.js';
import { Photo } from './photo.js';

const PHOTOS_MAX = 12;

export function PhotoField({
  photos,
  change,
}: Readonly<{ photos: readonly About[]; change: (photos: readonly About[]) => void }>) {
  const { photos: said } = words.value;
  const [sending, setSending] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const send = async (input: HTMLInputElement): Promise<void> => {
    const files = [...(input.files ?? [])].slice(0, PHOTOS_MAX - photos.length);
    setProblem(null);
    setSending(files.length);
    let all = photos;
    for (const [i, file] of files.entries()) {
      try {
        all = [...all, await sendPhoto(file)];
        change(all);
      } catch (error) {
        setProblem(said.refused(file.name, error instanceof Error ? error.message : ''));
      }
      setSending(files.length - i - 1);
    }
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
        disabled={photos.length >= PHOTOS_MAX}
        onChange={(event) => void send(event.currentTarget)}
      />
      <p class={problem === null ? 'hint' : 'hint wrong'} id="photos-hint" role="status">
        {problem ?? (sending > 0 ? said.sending(sending) : said.hint)}
      </p>
      {photos.length > 0 && (
        <ul class="photos" role="list">
          {photos.map((photo, i) => (
            <li key={photo.photoId}>
              <Photo photo={photo} text={said.number(i + 1)} sizes="8rem" />
              <button
                class="btn bare"
                type="button"
                onClick={() => change(photos.filter(({ photoId }) => photoId !== photo.photoId))}
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
