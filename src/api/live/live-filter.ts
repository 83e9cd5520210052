// The filter of lists, applied to auctions as they change, as Silver applies it to its rows.
import { LRUCache } from 'lru-cache';
import { askedForm, askedWords, searchForms, searchWords } from '../../domain/text.js';
import type { AuctionFilter, AuctionRow } from '../../projections/silver/silver.queries.js';

export type LiveFilter = AuctionFilter;

type Asked = Readonly<{ forms: readonly string[] | null; words: readonly string[] }>;
type Found = Readonly<{
  title: string;
  description: string;
  category: string;
  words: ReadonlySet<string>;
  forms: readonly string[];
}>;

/** Filters are folded once each, and so are auctions: their texts never change, and their prices do all the time. */
const askedOf = new WeakMap<LiveFilter, Asked>();
const KEPT_UNITS_MAX = 4_000_000;
const foundIn = new LRUCache<string, Found>({
  maxSize: KEPT_UNITS_MAX,
  sizeCalculation: ({ title, description }) => 1 + 3 * (title.length + description.length),
});

/** True for an auction that the list with this filter would show. */
export function matches(filter: LiveFilter, auction: AuctionRow): boolean {
  const { status, category, sellerId, text, closesBefore } = filter;
  return (
    (status === null || auction.status === status) &&
    (sellerId === null || auction.sellerId === sellerId) &&
    (closesBefore === null || auction.closesAt < closesBefore) &&
    ((category === null && text === null) || hasTexts(folded(filter), textsOf(auction)))
  );
}

/** What a filter asks for that the fewest auctions have: it needs asking about no others. */
export type Mark = Readonly<{ kind: 'any' | 'seller' | 'category' | 'word'; key: string }>;

export function markOf(filter: LiveFilter): Mark {
  const { forms, words } = folded(filter);
  if (filter.sellerId !== null) return { kind: 'seller', key: filter.sellerId };
  const longest = words.reduce((a, b) => (b.length > a.length ? b : a), '');
  if (longest !== '') return { kind: 'word', key: longest };
  const [form, ...others] = forms ?? [];
  return form === undefined || others.length > 0 ? { kind: 'any', key: '' } : { kind: 'category', key: form };
}

/** All marks of this kind that an auction has. They do not change with what happens to it. */
export function marksOf(auction: AuctionRow, kind: Mark['kind']): Iterable<string> {
  switch (kind) {
    case 'any':
      return [''];
    case 'seller':
      return [auction.sellerId];
    case 'category':
      return new Set(textsOf(auction).forms);
    case 'word':
      return textsOf(auction).words;
  }
}

const hasTexts = ({ forms, words }: Asked, found: Found): boolean =>
  (forms === null || forms.some((form) => found.forms.includes(form))) && words.every((word) => found.words.has(word));

function folded(filter: LiveFilter): Asked {
  const known = askedOf.get(filter);
  if (known !== undefined) return known;
  const { category, within, text } = filter;
  const asked = {
    forms: category === null ? null : (within ?? [askedForm(category)]),
    words: text === null ? [] : askedWords(text),
  };
  askedOf.set(filter, asked);
  return asked;
}

function textsOf({ auctionId, title, description, category }: AuctionRow): Found {
  const known = foundIn.get(auctionId);
  if (known?.title === title && known.description === description && known.category === category) return known;
  const words = new Set(searchWords(`${title}\n${description}`));
  const found = { title, description, category, words, forms: searchForms(category) };
  foundIn.set(auctionId, found);
  return found;
}
