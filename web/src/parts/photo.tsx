// A photo in the format and the size that the browser takes. Its place is kept while it loads.
import { type Photo as About, sourcesOf } from '../house/photos.js';

export function Photo({ photo, text, sizes }: Readonly<{ photo: About; text: string; sizes: string }>) {
  const largest = photo.widths.at(-1) ?? photo.width;
  return (
    <picture>
      <source type="image/avif" srcset={sourcesOf(photo, 'avif')} sizes={sizes} />
      <source type="image/webp" srcset={sourcesOf(photo, 'webp')} sizes={sizes} />
      <img
        class="photo"
        src={`/photos/${photo.photoId}/${largest}.jpg`}
        srcset={sourcesOf(photo, 'jpg')}
        sizes={sizes}
        width={photo.width}
        height={photo.height}
        alt={text}
        decoding="async"
      />
    </picture>
  );
}
