// Flat shapes on a canvas, with smooth edges. Drawn here and not as SVG: in a house no decoder of SVG is open (docs/adr/0110).
import type { Point, Polygon } from './outline.js';

export type Colour = readonly [red: number, green: number, blue: number];

const CHANNELS = 3;

export class Canvas {
  readonly pixels: Uint8Array;
  /** For each pixel by how much the covered area changes from its left neighbour; all zero between two fills. */
  private readonly changes: Float32Array;
  private readonly stride: number;

  /** A square of so many pixels, filled from `top` down to `bottom`. */
  constructor(
    readonly size: number,
    top: Colour,
    bottom: Colour,
  ) {
    this.pixels = new Uint8Array(size * size * CHANNELS);
    this.stride = size + 2;
    this.changes = new Float32Array(this.stride * size);
    for (let y = 0; y < size; y++) {
      const [from, to] = [y * size * CHANNELS, (y + 1) * size * CHANNELS];
      this.pixels.set(mixed(top, bottom, y / (size - 1)), from);
      // A row is one pixel again and again: each copy doubles what there is.
      for (let at = CHANNELS; from + at < to; at *= 2)
        this.pixels.copyWithin(from + at, from, Math.min(from + at, to - at));
    }
  }

  /** Paints the inside of these polygons, in points from 0 to 1; one that runs the other way round cuts a hole. */
  fill(polygons: readonly Polygon[], colour: Colour, opacity = 1): void {
    const points = polygons.map((polygon) => polygon.map((point) => this.placed(point)));
    for (const placed of points)
      for (const [i, from] of placed.entries()) this.edge(from, placed[(i + 1) % placed.length] ?? from);
    const all = points.flat();
    const span = (axis: 0 | 1): readonly [number, number] => {
      const along = all.map((point) => point[axis]);
      return [Math.floor(Math.min(...along)), Math.ceil(Math.max(...along))];
    };
    const [[left, right], [top, bottom]] = [span(0), span(1)];
    for (let y = top; y < bottom; y++) this.paintRow(y, [left, right], { colour, opacity });
  }

  private placed([x, y]: Point): Point {
    const within = (share: number): number => Math.min(this.size, Math.max(0, share * this.size));
    return [within(x), within(y)];
  }

  /** Notes, row by row, which part of each pixel lies to the right of an edge. */
  private edge(from: Point, to: Point): void {
    if (from[1] === to[1]) return;
    const direction = from[1] < to[1] ? 1 : -1;
    const [[topX, topY], [bottomX, bottomY]] = direction === 1 ? [from, to] : [to, from];
    const slope = (bottomX - topX) / (bottomY - topY);
    for (let y = Math.floor(topY); y < bottomY; y++) {
      const [y0, y1] = [Math.max(y, topY), Math.min(y + 1, bottomY)];
      const [x0, x1] = [topX + (y0 - topY) * slope, topX + (y1 - topY) * slope];
      this.noteSpan(y * this.stride, Math.min(x0, x1), Math.max(x0, x1), (y1 - y0) * direction);
    }
  }

  /** Spreads an edge's `height` within a row over the pixels that it crosses, by how much of it each of them has to its right. */
  private noteSpan(row: number, left: number, right: number, height: number): void {
    const width = right - left;
    for (let x = Math.floor(left); x <= Math.floor(right); x++) {
      const [from, to] = [Math.max(left, x), Math.min(right, x + 1)];
      const part = width === 0 ? height : (height * (to - from)) / width;
      const covered = part * (x + 1 - (from + to) / 2);
      this.changes[row + x] = (this.changes[row + x] ?? 0) + covered;
      this.changes[row + x + 1] = (this.changes[row + x + 1] ?? 0) + part - covered;
    }
  }

  private paintRow(
    y: number,
    [left, right]: readonly [number, number],
    { colour: [red, green, blue], opacity }: Readonly<{ colour: Colour; opacity: number }>,
  ): void {
    const { changes, pixels, size } = this;
    let sum = 0;
    // One more than the shape is wide: the last changes are noted there.
    for (let x = left; x <= right + 1; x++) {
      const at = y * this.stride + x;
      sum += changes[at] ?? 0;
      changes[at] = 0;
      const share = Math.min(1, Math.abs(sum)) * opacity;
      if (x >= size || share < 0.002) continue;
      const pixel = (y * size + x) * CHANNELS;
      pixels[pixel] = (pixels[pixel] ?? 0) * (1 - share) + red * share;
      pixels[pixel + 1] = (pixels[pixel + 1] ?? 0) * (1 - share) + green * share;
      pixels[pixel + 2] = (pixels[pixel + 2] ?? 0) * (1 - share) + blue * share;
    }
  }
}

/** Some way from one colour to another: 0 is the first. */
export const mixed = (from: Colour, to: Colour, share: number): Colour => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

/** A colour as `#rrggbb`. */
export const colourOf = (hex: string): Colour => [
  Number.parseInt(hex.slice(1, 3), 16),
  Number.parseInt(hex.slice(3, 5), 16),
  Number.parseInt(hex.slice(5, 7), 16),
];
