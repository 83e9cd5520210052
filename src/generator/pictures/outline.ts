// Outlines as text, on a square of 100 by 100, made into polygons. As in SVG: M and L go straight, Q and C in a curve, Z closes; and
// E is an ellipse (x y rx ry), O a ring (x y outer inner), R a rectangle with round corners (x y width height radius).
export type Point = readonly [x: number, y: number];
export type Polygon = readonly Point[];

const UNIT = 100;
const CURVE_STEPS = 14;
const ROUND_STEPS = 48;
/** A quarter of a circle as a cubic curve leaves its ends by so much of the radius. */
const ROUNDING = 0.5523;

const NUMBERS: Readonly<Record<string, number>> = { M: 2, L: 2, Q: 4, C: 6, E: 4, O: 4, R: 5, Z: 0 };

/** The polygons of an outline, in points from 0 to 1. Throws for text that is none. */
export function polygonsOf(outline: string): readonly Polygon[] {
  const polygons: Point[][] = [];
  for (const [, letter = '', text = ''] of outline.matchAll(/([A-Z])([^A-Z]*)/g)) {
    const numbers = text
      .split(/[\s,]+/)
      .filter(Boolean)
      .map((number) => Number(number) / UNIT);
    if (NUMBERS[letter] !== numbers.length || numbers.some(Number.isNaN)) throw new Error(`no outline: ${outline}`);
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers;
    const last = polygons.at(-1) ?? [];
    const from = last.at(-1) ?? [a, b];
    if (letter === 'M') polygons.push([[a, b]]);
    else if (letter === 'L') last.push([a, b]);
    else if (letter === 'Q') last.push(...curve(from, between(from, [a, b]), between([c, d], [a, b]), [c, d]));
    else if (letter === 'C') last.push(...curve(from, [a, b], [c, d], [e, f]));
    else if (letter === 'E') polygons.push(ellipse(a, b, c, d));
    else if (letter === 'O') polygons.push(ellipse(a, b, c, c), ellipse(a, b, d, d).reverse());
    else if (letter === 'R') polygons.push(rectangle(a, b, c, d, e));
  }
  return polygons;
}

/** The same on the other side of the middle. */
export const mirrored = (polygons: readonly Polygon[]): readonly Polygon[] =>
  polygons.map((polygon) => polygon.map(([x, y]): Point => [1 - x, y]));

/** Two thirds of the way: the control point of a cubic curve that is the quadratic one of `control`. */
const between = (end: Point, control: Point): Point => [
  end[0] + ((control[0] - end[0]) * 2) / 3,
  end[1] + ((control[1] - end[1]) * 2) / 3,
];

function curve(from: Point, one: Point, two: Point, to: Point): Point[] {
  return Array.from({ length: CURVE_STEPS }, (_, i): Point => {
    const t = (i + 1) / CURVE_STEPS;
    const at = (axis: 0 | 1): number =>
      (1 - t) ** 3 * from[axis] +
      3 * (1 - t) ** 2 * t * one[axis] +
      3 * (1 - t) * t ** 2 * two[axis] +
      t ** 3 * to[axis];
    return [at(0), at(1)];
  });
}

const ellipse = (x: number, y: number, rx: number, ry: number): Point[] =>
  Array.from({ length: ROUND_STEPS }, (_, i): Point => {
    const angle = (i / ROUND_STEPS) * 2 * Math.PI;
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });

function rectangle(x: number, y: number, width: number, height: number, radius: number): Point[] {
  const [right, bottom, k] = [x + width, y + height, radius * (1 - ROUNDING)];
  const corner = (from: Point, one: Point, two: Point, to: Point): Point[] => [from, ...curve(from, one, two, to)];
  return [
    ...corner([right - radius, y], [right - k, y], [right, y + k], [right, y + radius]),
    ...corner([right, bottom - radius], [right, bottom - k], [right - k, bottom], [right - radius, bottom]),
    ...corner([x + radius, bottom], [x + k, bottom], [x, bottom - k], [x, bottom - radius]),
    ...corner([x, y + radius], [x, y + k], [x + k, y], [x + radius, y]),
  ];
}
