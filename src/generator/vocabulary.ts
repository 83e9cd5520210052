// The words that people and things are made of. Small on purpose, so that names read well and no library is needed.
import { type Random, Weighted } from './random.js';

export const CATEGORIES = ['Antiques', 'Art', 'Electronics', 'Jewelry', 'Collectibles', 'Vintage Clothing'] as const;
export type Category = (typeof CATEGORIES)[number];

/** How much of each is offered, in per cent. */
export const CATEGORY_SHARES: Readonly<Record<Category, number>> = {
  Antiques: 14,
  Art: 11,
  Electronics: 25,
  Jewelry: 16,
  Collectibles: 22,
  'Vintage Clothing': 12,
};

type Words = Readonly<{
  qualities: readonly string[];
  things: readonly string[];
  details: readonly string[];
  /** Starting prices, in whole dollars. */
  startsAt: readonly [min: number, max: number];
}>;

const WORDS: Readonly<Record<Category, Words>> = {
  Antiques: {
    qualities: ['Georgian', 'Victorian', 'Regency', 'Edwardian', 'Biedermeier', 'Shaker', 'Colonial', 'Art Nouveau'],
    things: [
      'mahogany tea caddy',
      'brass ship clock',
      'walnut writing box',
      'silver candlestick',
      'oak coffer',
      'porcelain vase',
      'carriage clock',
      'copper kettle',
      'marquetry side table',
      'pewter tankard',
      'bracket clock',
      'sewing table',
    ],
    details: ['with key', 'circa 1790', 'circa 1820', 'circa 1865', 'restored', 'as found', 'from an estate', 'signed'],
    startsAt: [20, 180],
  },
  Art: {
    qualities: ['Coastal', 'Abstract', 'Alpine', 'Nocturne', 'Autumn', 'Impressionist', 'Modernist', 'Quiet'],
    things: [
      'oil on canvas',
      'watercolour',
      'lithograph',
      'etching',
      'woodcut',
      'bronze figure',
      'charcoal study',
      'gouache',
      'screen print',
      'still life in oil',
    ],
    details: [
      'signed',
      'framed',
      'numbered 12/50',
      'unframed',
      'dated 1934',
      'dated 1958',
      'with provenance',
      'a pair',
    ],
    startsAt: [25, 250],
  },
  Electronics: {
    qualities: ['Refurbished', 'Boxed', 'Lightly used', 'Serviced', 'Collector grade', 'Working', 'Open box', 'Rare'],
    things: [
      'valve amplifier',
      'shortwave receiver',
      'reel-to-reel recorder',
      'turntable',
      'laptop with dock',
      'mirrorless camera',
      'synthesizer',
      'noise-cancelling headphones',
      'handheld console',
      'oscilloscope',
      'film projector',
      'tablet, 256 GB',
    ],
    details: [
      'with manual',
      'with case',
      'tested',
      'two batteries',
      'new belt',
      'with remote',
      'original box',
      'spare tubes',
    ],
    startsAt: [10, 120],
  },
  Jewelry: {
    qualities: ['Sapphire', 'Emerald', 'Pearl', 'Garnet', 'Opal', 'Diamond', 'Amethyst', 'Moonstone'],
    things: [
      'ring',
      'brooch',
      'pendant',
      'bracelet',
      'drop earrings',
      'necklace',
      'cufflinks',
      'cocktail ring',
      'locket',
      'tiara',
    ],
    details: [
      'in 18k gold',
      'in platinum',
      'in silver',
      'hallmarked',
      'with certificate',
      'in fitted case',
      'Art Deco',
      'resized',
    ],
    startsAt: [30, 240],
  },
  Collectibles: {
    qualities: ['Mint', 'First edition', 'Rare', 'Complete', 'Early', 'Limited', 'Graded', 'Sealed'],
    things: [
      'stamp album',
      'comic book',
      'tin robot',
      'baseball card',
      'fountain pen',
      'movie poster',
      'model locomotive',
      'silver dollar',
      'vinyl record',
      'postcard album',
      'chess set',
      'travel poster',
    ],
    details: ['1926', '1938', '1954', '1962', '1971', 'with box', 'signed', 'near perfect'],
    startsAt: [5, 90],
  },
  'Vintage Clothing': {
    qualities: ['1920s', '1930s', '1940s', '1950s', '1960s', '1970s', 'Deadstock', 'Hand-sewn'],
    things: [
      'silk evening dress',
      'leather flight jacket',
      'wool overcoat',
      'denim jacket',
      'beaded flapper dress',
      'tweed suit',
      'kimono',
      'camel coat',
      'velvet opera cape',
      'band T-shirt',
    ],
    details: ['size S', 'size M', 'size L', 'unworn', 'with label', 'mended', 'lined', 'from a film set'],
    startsAt: [8, 80],
  },
};

const categories = new Weighted(CATEGORIES.map((category) => [category, CATEGORY_SHARES[category]]));

export type Wares = Readonly<{ category: Category; title: string; description: string; startingPrice: bigint }>;

/** A thing to sell; the price is in cents. */
export const drawWares = (random: Random): Wares => drawWaresOf(categories.draw(random), random);

/** A thing of this category. */
export function drawWaresOf(category: Category, random: Random): Wares {
  const { qualities, things, details, startsAt } = WORDS[category];
  const [quality, thing, detail] = [random.pick(qualities), random.pick(things), random.pick(details)];
  return {
    category,
    title: `${quality} ${thing}, ${detail}`,
    description: `${quality} ${thing}, ${detail}. A synthetic listing of gavel generate.`,
    startingPrice: BigInt(random.whole(...startsAt)) * 100n - 1n,
  };
}

const FIRST_NAMES = [
  'Ada',
  'Amir',
  'Anna',
  'Bela',
  'Bruno',
  'Chen',
  'Clara',
  'Dana',
  'Diego',
  'Elif',
  'Emil',
  'Fatima',
  'Felix',
  'Greta',
  'Hana',
  'Hugo',
  'Ines',
  'Ivo',
  'Jonas',
  'Jun',
  'Kara',
  'Kofi',
  'Lena',
  'Luca',
  'Maia',
  'Milo',
  'Nadia',
  'Noor',
  'Olga',
  'Oscar',
  'Petra',
  'Quinn',
  'Rosa',
  'Ravi',
  'Sami',
  'Silke',
  'Tariq',
  'Thea',
  'Uma',
  'Vera',
  'Wanda',
  'Yara',
  'Yusuf',
  'Zoe',
] as const;

const LAST_NAMES = [
  'Abbott',
  'Almeida',
  'Bauer',
  'Berg',
  'Castro',
  'Cole',
  'Dahl',
  'Diaz',
  'Eriksen',
  'Farouk',
  'Fischer',
  'Garcia',
  'Haddad',
  'Holm',
  'Ito',
  'Jansen',
  'Kaya',
  'Keller',
  'Lind',
  'Lopez',
  'Marsh',
  'Meyer',
  'Moreau',
  'Novak',
  'Okafor',
  'Olsen',
  'Park',
  'Petrov',
  'Quist',
  'Rossi',
  'Sato',
  'Silva',
  'Stone',
  'Tanaka',
  'Urban',
  'Vogel',
  'Weiss',
  'Young',
  'Zhou',
] as const;

export type Name = Readonly<{ name: string; username: string }>;

/** A person's name and a username made of it, which the number makes unlike all others. */
export function drawName(random: Random, number: number): Name {
  const [first, last] = [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)];
  return { name: `${first} ${last}`, username: `${first}.${last}`.toLowerCase() + String(number) };
}
