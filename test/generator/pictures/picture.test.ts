// Drawn pictures: every thing that the generator names has one, it is the same each time, and edges are smooth.
import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { Canvas, colourOf } from '../../../src/generator/pictures/canvas.js';
import { polygonsOf } from '../../../src/generator/pictures/outline.js';
import { drawPicture, lookOf } from '../../../src/generator/pictures/picture.js';
import { Random } from '../../../src/generator/random.js';
import { CATEGORIES, drawWaresOf } from '../../../src/generator/vocabulary.js';

const titles = CATEGORIES.flatMap((category) => {
  const random = new Random('pictures', category);
  return Array.from({ length: 12 }, () => drawWaresOf(category, random).title);
});

it('draws whatever is for sale, small and square', async () => {
  for (const title of titles) {
    const picture = await drawPicture(title);
    const { format, width, height } = await sharp(picture).metadata();
    expect({ title, format, isSquare: width === height }).toEqual({ title, format: 'png', isSquare: true });
    expect(picture.length).toBeLessThan(100_000);
  }
});

it('draws things of one look alike, and others otherwise', async () => {
  const [one, same, other] = await Promise.all(
    ['Opal ring, resized', 'Opal ring, hallmarked', 'Garnet ring, resized'].map(drawPicture),
  );
  expect(lookOf('Opal ring, resized')).toBe('opal ring');
  expect(one).toEqual(same);
  expect(one).not.toEqual(other);
});

describe('a canvas', () => {
  const [white, black] = [colourOf('#ffffff'), colourOf('#000000')];
  /** The brightness of a row of pixels. */
  const row = (outline: string, y: number): readonly number[] => {
    const canvas = new Canvas(4, white, white);
    canvas.fill(polygonsOf(outline), black);
    return Array.from({ length: 4 }, (_, x) => canvas.pixels[(y * 4 + x) * 3] ?? -1);
  };

  it('covers a pixel by as much of it as lies inside', () => {
    // From 0.5 to 2.5 pixels, in the upper half of the second row.
    expect(row('R12.5 25 50 12.5 0', 1)).toEqual([191, 127, 191, 255]);
    expect(row('R12.5 25 50 12.5 0', 0)).toEqual([255, 255, 255, 255]);
    expect(row('R12.5 25 50 12.5 0', 2)).toEqual([255, 255, 255, 255]);
  });

  it('covers half of what a diagonal crosses', () => {
    expect(row('M0 0 L100 0 L0 100 Z', 0)).toEqual([0, 0, 0, 127]);
    expect(row('M0 0 L100 0 L0 100 Z', 3)).toEqual([127, 255, 255, 255]);
  });

  it('leaves the inside of a ring as it was', () => {
    expect(row('O50 50 50 25', 1)[1]).toBeGreaterThan(100);
    expect(row('E50 50 50 50', 1)[1]).toBe(0);
  });

  it('refuses text that is no outline', () => {
    expect(() => polygonsOf('M10')).toThrow('no outline');
    expect(() => polygonsOf('E1 2 3 x')).toThrow('no outline');
  });
});
