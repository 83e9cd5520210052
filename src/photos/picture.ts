// A photo as somebody sends it, made into pictures that are ours: told by its first bytes, decoded, turned upright, cut to sizes and
// encoded anew. Nothing of what came is kept, so neither is what was hidden in it: places, cameras, scripts, archives.
import sharp, { type Sharp } from 'sharp';
import { FORMATS, type Format, WIDTHS } from './sizes.js';

/** A camera of 2026 makes 12 to 48 million; decoded, this is 150 MB. */
export const PIXELS_MAX = 50_000_000;
/** A photo that takes longer is no photo. */
const WITHIN_S = 30;
/** Between them sizes look alike and are small: measured by eye on photos of furniture. */
const QUALITY = { avif: 52, webp: 76, jpg: 80 } as const;
/** Of 0 to 9: 4 takes a hundred times as long and saves nothing of a busy picture (docs/adr/0110). */
const AVIF_EFFORT = 1;

/** Only these decoders of libvips ever see what people send. */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadHeifBuffer',
  ],
});
// Bids come first: one core at a time, and nothing kept of what is done.
sharp.concurrency(1);
sharp.cache(false);

/** Refused; the message is a sentence for the person. */
export class PictureRefused extends Error {
  readonly code = 'PictureRefused';
}

export type Made = Readonly<{
  width: number;
  height: number;
  files: readonly Readonly<{ width: number; format: Format; bytes: Buffer }>[];
}>;

/** Makes the sizes of a photo. Refuses what is none or something else besides, has too many pixels, or cannot be decoded, with a `PictureRefused`. */
export async function picturesOf(bytes: Buffer): Promise<Made> {
  if (!isKnown(bytes)) throw new PictureRefused('a photo must be a JPEG, PNG, WebP or AVIF');
  if (isMoreThanPhoto(bytes))
    throw new PictureRefused('this file is a photo and something else as well; send a photo alone');
  const input = { limitInputPixels: PIXELS_MAX, failOn: 'error', pages: 1 } as const;
  const head = await sharp(bytes, input)
    .metadata()
    .catch((cause: unknown) => {
      throw refusalOf(cause);
    });
  if (head.width * head.height > PIXELS_MAX) throw tooMany();
  const { width, height } = head.autoOrient;
  try {
    const upright = await sharp(bytes, input)
      .timeout({ seconds: WITHIN_S })
      .autoOrient()
      .resize({ width: Math.max(...WIDTHS), withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const files: Made['files'][number][] = [];
    const { width: w, height: h, channels } = upright.info;
    for (const format of FORMATS) {
      // What is smaller than a size is not made larger: it has the same bytes under each name from there on.
      const made = new Map<number, Buffer>();
      for (const size of WIDTHS) {
        const actual = Math.min(size, w);
        const sized = sharp(upright.data, { raw: { width: w, height: h, channels } }).resize({ width: actual });
        const bytes = made.get(actual) ?? (await encoded(sized, format).toBuffer());
        made.set(actual, bytes);
        files.push({ width: size, format, bytes });
      }
    }
    return { width, height, files };
  } catch (cause) {
    throw refusalOf(cause);
  }
}

const encoded = (picture: Sharp, format: Format): Sharp => {
  const quality = QUALITY[format];
  if (format === 'avif') return picture.avif({ quality, effort: AVIF_EFFORT });
  return format === 'webp' ? picture.webp({ quality }) : picture.jpeg({ quality, mozjpeg: true });
};

/** By the first bytes: JPEG, PNG (RFC 2083, 3.1), WebP (RFC 9649, 2.4) and AVIF (its brand). What a client says of the type counts for nothing. */
function isKnown(bytes: Buffer): boolean {
  const text = bytes.toString('latin1', 0, 16);
  return (
    text.startsWith('\xff\xd8\xff') ||
    text.startsWith('\x89PNG\r\n\x1a\n') ||
    /^RIFF.{4}WEBP/s.test(text) ||
    /^.{4}ftypavif/s.test(text)
  );
}

/** Markup that browsers run, programs, PDF; 7z and RAR. No camera writes these, and each has six bytes or more: none is there by chance. */
const FOREIGN_TEXT = /<script|<html[\s>]|<!doctype\s|<svg[^>]{0,500}xmlns|<\?php\s|%PDF-[12]\.\d/i;
const FOREIGN_BYTES = ['7z\xbc\xaf\x27\x1c', 'Rar!\x1a\x07'];
/** A ZIP, and so a JAR, is found by its end (APPNOTE 4.3.16: on one disk), after which at most 65,535 bytes of a comment come. */
const ZIP_END = 'PK\x05\x06\0\0\0\0';
const ZIP_END_BYTES_MAX = 65_557;

/** Whether a file would be taken for something else by another program. Phones write more behind a photo: that alone is no reason. */
function isMoreThanPhoto(bytes: Buffer): boolean {
  if (FOREIGN_TEXT.test(bytes.toString('latin1'))) return true;
  if (FOREIGN_BYTES.some((start) => bytes.includes(start, 0, 'latin1'))) return true;
  return bytes.subarray(-ZIP_END_BYTES_MAX).includes(ZIP_END, 0, 'latin1');
}

const tooMany = (): PictureRefused =>
  new PictureRefused(`a photo must have at most ${PIXELS_MAX / 1_000_000} million pixels`);

function refusalOf(cause: unknown): PictureRefused {
  if (cause instanceof PictureRefused) return cause;
  if (cause instanceof Error && cause.message.includes('pixel limit')) return tooMany();
  return new PictureRefused('this photo is broken: it cannot be decoded', { cause });
}
