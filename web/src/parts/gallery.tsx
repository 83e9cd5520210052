// The photos of a lot: a strip to swipe, thumbnails where there is room, and each as large as the window allows.
import { useRef, useState } from 'preact/hooks';
import { words } from '../words/words.js';
import { Photo } from './photo.js';

type GalleryParts = Readonly<{ lot: Readonly<{ auctionId: string; title: string; photos: readonly string[] }> }>;

export function Gallery({ lot: { auctionId: id, title, photos } }: GalleryParts) {
  const { photos: said } = words.value;
  const [at, setAt] = useState(0);
  const [strip, dialog] = [useRef<HTMLUListElement>(null), useRef<HTMLDialogElement>(null)];
  if (photos.length === 0) return <Photo photoId={undefined} id={id} title={title} text="" sizes="" />;
  const textOf = (i: number): string => (i === 0 ? title : `${title}, ${said.number(i + 1)}`);
  const show = (i: number): void => {
    setAt(i);
    strip.current?.children[i]?.scrollIntoView({ block: 'nearest', inline: 'start' });
  };
  const enlarge = (i: number): void => {
    setAt(i);
    dialog.current?.showModal();
  };
  const step = (by: number): void => setAt((before) => (before + by + photos.length) % photos.length);
  const onKey = ({ key }: KeyboardEvent): void => {
    if (key === 'ArrowRight') step(1);
    if (key === 'ArrowLeft') step(-1);
  };
  return (
    <>
      <ul class="strip" role="list" ref={strip}>
        {photos.map((photoId, i) => (
          <li key={photoId}>
            <button type="button" class="enlarge" aria-label={said.enlarge(i + 1)} onClick={() => enlarge(i)}>
              <Photo
                {...{ photoId, id, title }}
                text={textOf(i)}
                sizes="(min-width: 60rem) 40rem, 92vw"
                first={i === 0}
              />
            </button>
          </li>
        ))}
      </ul>
      {photos.length > 1 && (
        <div class="views">
          {photos.map((photoId, i) => (
            <button
              type="button"
              key={photoId}
              aria-current={i === at ? 'true' : undefined}
              aria-label={said.show(i + 1)}
              onClick={() => show(i)}
            >
              <Photo {...{ photoId, id, title }} text="" sizes="6rem" />
            </button>
          ))}
        </div>
      )}
      <dialog class="dialog zoom" ref={dialog} aria-label={title} onKeyDown={onKey}>
        <Photo photoId={photos[at]} {...{ id, title }} text={textOf(at)} sizes="100vw" />
        <div class="acts">
          {photos.length > 1 && (
            <>
              <button type="button" class="btn" onClick={() => step(-1)}>
                {said.previous}
              </button>
              <button type="button" class="btn" onClick={() => step(1)}>
                {said.next}
              </button>
            </>
          )}
          <button type="button" class="btn" onClick={() => dialog.current?.close()}>
            {said.close}
          </button>
        </div>
      </dialog>
    </>
  );
}
