// The sizes and formats that each photo is made in, so that its files are known by its id alone.
export const WIDTHS = [480, 960, 1_600] as const;
/** The smallest first: what a browser takes of it is the best for it. */
export const FORMATS = ['avif', 'webp', 'jpg'] as const;
export type Format = (typeof FORMATS)[number];

/** A phone's photo has 3 to 8 MB. */
export const PHOTO_BYTES_MAX = 15_728_640;
