// News of many lots, told together.
import { expect, it } from '@jest/globals';
import type { Card } from '../../web/src/house/auctions.js';
import { type News, withNews } from '../../web/src/parts/gathered.js';

const card = (auctionId: string, revision: number): Card => ({ auctionId, revision }) as Card;

it('keeps the rows that are no older, and the list itself where nothing is newer', () => {
  const rows = [card('a', 2), card('b', 1)];
  const news = (...cards: Card[]): News => new Map(cards.map((one) => [one.auctionId, one]));
  expect(withNews(rows, news(card('a', 2), card('c', 9)))).toBe(rows);
  expect(withNews(rows, news(card('a', 3)))).toEqual([card('a', 3), card('b', 1)]);
});
