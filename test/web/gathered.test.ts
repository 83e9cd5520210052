// News of many lots, told together.
import { expect, it, jest } from '@jest/globals';
import type { Card } from '../../web/src/house/auctions.js';
import { gathered, type News, withNews } from '../../web/src/parts/gathered.js';

const card = (auctionId: string, revision: number): Card => ({ auctionId, revision }) as Card;

it('tells the first at once, and then what has come in a tenth of a second: of each lot the latest', () => {
  jest.useFakeTimers();
  try {
    const told: News[] = [];
    const { take, stop } = gathered((news) => told.push(news));
    take(card('a', 1));
    jest.advanceTimersByTime(0);
    expect(told.map((news) => [...news.values()])).toEqual([[card('a', 1)]]);
    for (const [id, revision] of [
      ['a', 3],
      ['b', 1],
      ['a', 2],
    ] as const)
      take(card(id, revision));
    jest.advanceTimersByTime(99);
    expect(told).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect([...(told[1]?.values() ?? [])]).toEqual([card('a', 3), card('b', 1)]);
    take(card('a', 4));
    stop();
    jest.advanceTimersByTime(1_000);
    expect(told).toHaveLength(2);
  } finally {
    jest.useRealTimers();
  }
});

it('keeps the rows that are no older, and the list itself where nothing is newer', () => {
  const rows = [card('a', 2), card('b', 1)];
  const news = (...cards: Card[]): News => new Map(cards.map((one) => [one.auctionId, one]));
  expect(withNews(rows, news(card('a', 2), card('c', 9)))).toBe(rows);
  expect(withNews(rows, news(card('a', 3)))).toEqual([card('a', 3), card('b', 1)]);
});
