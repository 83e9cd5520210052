// A picture of a thing for sale, made of its title: the same title is the same picture, in every house. Quiet grounds and flat shapes, so that nobody
// takes it for a photo.
import sharp from 'sharp';
import { Random } from '../random.js';
import { Canvas, type Colour, colourOf, mixed } from './canvas.js';
import { FRAMED_GROUND, type Motif, motifNamed, SHEET_GROUND } from './motifs.js';
import { mirrored, polygonsOf } from './outline.js';

/** In pixels, each way: as large as a lot's page shows it, and encoded in a moment. */
const SIZE = 800;
const [WHITE, BLACK] = [colourOf('#ffffff'), colourOf('#14181c')];

/** Which drawing a thing gets: the first whose words are in its title. */
const MOTIFS: readonly (readonly [RegExp, string])[] = [
  [/vase/, 'vase'],
  [/clock/, 'clock'],
  [/caddy|writing box|coffer/, 'box'],
  [/candle/, 'candlestick'],
  [/kettle/, 'kettle'],
  [/\btable\b/, 'table'],
  [/tankard/, 'tankard'],
  [/figure/, 'figure'],
  [/recorder/, 'recorder'],
  [/turntable/, 'turntable'],
  [/laptop/, 'laptop'],
  [/camera/, 'camera'],
  [/synth/, 'synthesizer'],
  [/headphones/, 'headphones'],
  [/console/, 'console'],
  [/oscillo/, 'oscilloscope'],
  [/projector/, 'projector'],
  [/tablet/, 'tablet'],
  [/amplifier|receiver/, 'apparatus'],
  [/earrings/, 'earrings'],
  [/brooch/, 'brooch'],
  [/bracelet/, 'bracelet'],
  [/cufflinks/, 'cufflinks'],
  [/tiara/, 'tiara'],
  [/pendant|necklace|locket/, 'pendant'],
  [/ring,|ring$/, 'ring'],
  [/album/, 'album'],
  [/comic/, 'comic'],
  [/robot/, 'robot'],
  [/card/, 'card'],
  [/pen\b/, 'pen'],
  [/locomotive/, 'locomotive'],
  [/dollar/, 'coin'],
  [/record/, 'record'],
  [/chess/, 'chess'],
  [/flapper/, 'flapper'],
  [/dress/, 'dress'],
  [/suit/, 'suit'],
  [/kimono/, 'kimono'],
  [/cape/, 'cape'],
  [/shirt/, 'shirt'],
  [/coat/, 'coat'],
  [/jacket/, 'jacket'],
];
const SCENES: readonly (readonly [RegExp, string])[] = [
  [/still life/, 'still'],
  [/coastal/, 'coastal'],
  [/alpine/, 'alpine'],
  [/nocturne/, 'nocturne'],
  [/autumn/, 'autumn'],
  [/abstract|modernist/, 'abstract'],
];
const ON_PAPER = /lithograph|etching|woodcut|charcoal|watercolour|gouache|print|poster/;
const DRAWN_IN_INK = /etching|charcoal|woodcut|lithograph/;

/** What a material or a stone is like; the last that is named counts. */
const COLOURS: readonly (readonly [RegExp, string])[] = [
  [/mahogany/, '#84452f'],
  [/walnut|marquetry/, '#735038'],
  [/oak|shaker/, '#a9804f'],
  [/brass|bronze/, '#a5803f'],
  [/copper/, '#b8693f'],
  [/silver|pewter/, '#a3aab0'],
  [/porcelain/, '#dbe4e8'],
  [/sapphire/, '#2f5c9e'],
  [/emerald/, '#2b7f5a'],
  [/pearl/, '#ece4d6'],
  [/garnet/, '#8c2b3b'],
  [/opal/, '#93c3c4'],
  [/diamond/, '#c6dbe6'],
  [/amethyst/, '#7a58a0'],
  [/moonstone/, '#a9bad0'],
  [/denim/, '#41597a'],
  [/camel/, '#bd9664'],
  [/leather/, '#5f4033'],
  [/tweed/, '#7d7357'],
  [/velvet/, '#5b2740'],
  [/etching|charcoal|woodcut|lithograph/, '#5a5f63'],
];
const OTHERS = ['#5d7f79', '#a4563f', '#4c6484', '#8a7a4c', '#7b5266', '#3f6b52', '#b0723f', '#5f6470'] as const;
const ACCENTS = ['#c9773b', '#3f6c8f', '#a8433f', '#d0a545', '#4d8069'] as const;
/** Wall above, floor below. */
const GROUNDS = [
  ['#f1ece3', '#ddd4c5'],
  ['#e9ece6', '#d0d6ca'],
  ['#e8ecef', '#ced6dc'],
  ['#f2e8e3', '#dfcfc7'],
  ['#efe9dc', '#d8cdb8'],
] as const;
const FLOOR_AT = 80;
const FLOOR_SHADE = 0.06;
const SHADE = 0.2;

/** Titles with the same first part look alike: a house needs one picture of such things. */
export const lookOf = (title: string): string => title.toLowerCase().replace(/,[^,]*$/, '');

/** A picture of it as PNG. */
export async function drawPicture(title: string): Promise<Buffer> {
  const look = lookOf(title);
  const random = new Random(look, 'picture');
  const [wall, floor] = random.pick(GROUNDS);
  const canvas = new Canvas(SIZE, colourOf(wall), mixed(colourOf(wall), colourOf(floor), 0.7));
  const { layers, shadow } = motifOf(look);
  if (shadow !== null) {
    canvas.fill(polygonsOf(`R0 ${FLOOR_AT} 100 ${100 - FLOOR_AT} 0`), mixed(colourOf(floor), BLACK, FLOOR_SHADE));
    for (const [more, opacity] of [
      [6, 0.06],
      [2, 0.1],
    ] as const)
      canvas.fill(polygonsOf(`E52 83 ${(shadow * 100) / 2 + more * 2} ${2 + more / 3}`), BLACK, opacity);
  }
  const tones = tonesOf(look, random);
  for (const layer of layers) paint(canvas, layer, tones);
  return sharp(canvas.pixels, { raw: { width: SIZE, height: SIZE, channels: 3 } })
    .png()
    .toBuffer();
}

type Tones = Readonly<Record<string, Colour>>;

function paint(canvas: Canvas, layer: string, tones: Tones): void {
  const [, mirror = '', tone = '', outline = ''] = /^([|/]?)(\w) (.*)$/.exec(layer) ?? [];
  const colour = tones[tone];
  if (colour === undefined) throw new Error(`no layer of a picture: ${layer}`);
  const polygons = polygonsOf(outline);
  const opacity = tone === 's' ? 0.14 : 1;
  canvas.fill(polygons, colour, opacity);
  if (mirror !== '') canvas.fill(mirrored(polygons), mirror === '/' ? mixed(colour, BLACK, SHADE) : colour, opacity);
}

function motifOf(look: string): Motif {
  const motif = MOTIFS.find(([words]) => words.test(look))?.[1];
  if (motif !== undefined) return motifNamed(motif);
  const random = new Random(look, 'scene');
  const scene = SCENES.find(([words]) => words.test(look))?.[1] ?? random.pick(SCENES)[1];
  const ground = ON_PAPER.test(look) ? SHEET_GROUND : FRAMED_GROUND;
  return { layers: [...ground, ...motifNamed(scene).layers], shadow: null };
}

function tonesOf(look: string, random: Random): Tones {
  const own = colourOf(COLOURS.findLast(([words]) => words.test(look))?.[1] ?? random.pick(OTHERS));
  const inInk = DRAWN_IN_INK.test(look);
  const metal = colourOf(/silver|platinum|pewter|stainless/.test(look) ? '#b9bfc4' : '#c6a052');
  const tint = (hex: string): Colour => (inInk ? mixed(own, WHITE, 0.45) : colourOf(hex));
  return {
    b: own,
    d: mixed(own, BLACK, 0.32),
    l: mixed(own, WHITE, 0.34),
    m: inInk ? mixed(own, WHITE, 0.2) : metal,
    n: inInk ? mixed(own, BLACK, 0.2) : mixed(metal, BLACK, 0.34),
    k: colourOf('#2b3036'),
    p: colourOf('#f8f4ea'),
    g: tint('#bcd0d8'),
    a: tint(random.pick(ACCENTS)),
    s: BLACK,
  };
}
