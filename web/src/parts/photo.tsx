// A photo in the format and the size that the browser takes best, in a frame that is kept while it loads; a plate where it is gone.
import { useState } from 'preact/hooks';
import { sourcesOf } from '../house/photos.js';
import { Picture } from './picture.js';

type PhotoParts = Readonly<{
  photoId: string | undefined;
  /** What the plate is drawn from. */
  id: string;
  title: string;
  /** What those hear who do not see it; empty where the title stands beside it. */
  text: string;
  /** How wide it is shown (HTML, `sizes`). */
  sizes: string;
  /** It is what the page is opened for. */
  first?: boolean;
}>;

export function Photo({ photoId, id, title, text, sizes, first = false }: PhotoParts) {
  const [gone, setGone] = useState<string | null>(null);
  if (photoId === undefined || photoId === gone) return <Picture id={id} title={title} />;
  return (
    <picture class="pic">
      <source type="image/avif" srcset={sourcesOf(photoId, 'avif')} sizes={sizes} />
      <source type="image/webp" srcset={sourcesOf(photoId, 'webp')} sizes={sizes} />
      <img
        src={`/photos/${photoId}/960.jpg`}
        srcset={sourcesOf(photoId, 'jpg')}
        sizes={sizes}
        alt={text}
        decoding="async"
        loading={first ? 'eager' : 'lazy'}
        fetchPriority={first ? 'high' : 'auto'}
        onError={() => setGone(photoId)}
      />
    </picture>
  );
}
