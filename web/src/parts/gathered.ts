// News of many auctions, told together: at most ten times a second, and of each auction the latest only.
import type { Card } from '../house/auctions.js';

/** No eye follows more, and a page of hundreds of lots is drawn in far less. */
const APART_MS = 100;

export type News = ReadonlyMap<string, Card>;

/** `tell` gets what came since the last time, by auction. The first news after a quiet while is told at once. */
export function gathered(tell: (news: News) => void): Readonly<{ take: (told: Card) => void; stop: () => void }> {
  let waiting = new Map<string, Card>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let toldAt = 0;
  const flush = (): void => {
    const news = waiting;
    [waiting, timer, toldAt] = [new Map(), undefined, Date.now()];
    tell(news);
  };
  return {
    take: (told) => {
      const before = waiting.get(told.auctionId);
      if (before === undefined || told.revision > before.revision) waiting.set(told.auctionId, told);
      timer ??= setTimeout(flush, Math.max(0, toldAt + APART_MS - Date.now()));
    },
    stop: () => clearTimeout(timer),
  };
}

/** The rows with what is newer among the news; the same array where nothing is. */
export function withNews(rows: readonly Card[], news: News): readonly Card[] {
  const isNews = (row: Card): boolean => (news.get(row.auctionId)?.revision ?? -1) > row.revision;
  return rows.some(isNews) ? rows.map((row) => (isNews(row) ? (news.get(row.auctionId) ?? row) : row)) : rows;
}
