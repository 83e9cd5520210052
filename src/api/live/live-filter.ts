// The filter of lists, applied to auctions as they change, as Silver applies it to its rows.
import type { AuctionFilter, AuctionRow } from '../../projections/silver/silver.queries.js';

export type LiveFilter = AuctionFilter;

/** True for an auction that the list with this filter would show. */
export function matches(filter: LiveFilter, auction: AuctionRow): boolean {
  const { status, category, sellerId, text, closesBefore } = filter;
  return (
    (status === null || auction.status === status) &&
    (category === null || auction.category === category) &&
    (sellerId === null || auction.sellerId === sellerId) &&
    (closesBefore === null || auction.closesAt < closesBefore) &&
    (text === null || hasWords(text, auction))
  );
}

/** Silver's search knows words and no endings; so does this, on the few auctions that change. */
function hasWords(text: string, { title, description }: AuctionRow): boolean {
  const words = new Set(wordsOf(`${title} ${description}`));
  return wordsOf(text).every((word) => words.has(word));
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
