import { describe, expect, it } from '@jest/globals';
import { type SeenAuction, SeenAuctions, seenAuction } from '../../../src/cli/watch/seen-auctions.js';
import { auctionLines, changeLine, tableLines } from '../../../src/cli/watch/watch-lines.js';

const noon = Date.UTC(2026, 0, 1, 12);

const clock: SeenAuction = {
  auctionId: '0190f5a2-7c1e-7d3a-9b1c-2f6d8e4a7b10',
  title: 'A ship clock',
  category: 'Antiques',
  currency: 'USD',
  status: 'open',
  currentPrice: 1_234_50n,
  minimumNextBid: 1_259_50n,
  leaderId: '03b9534e-872b-8177-bd93-7b891785e4ff',
  bidCount: 3,
  hasReserve: true,
  reserveMet: false,
  closesAt: noon + 75_000,
  extensions: 0,
  revision: 4,
};

const pen = {
  ...clock,
  auctionId: '1190f5a2-7c1e-7d3a-9b1c-2f6d8e4a7b10',
  title: 'Early fountain pen, 1926, with a title that no terminal has room for',
  currentPrice: 9_99n,
  leaderId: null,
  bidCount: 0,
  closesAt: noon + 9_001,
};

describe('the table', () => {
  it('says what each auction stands at, as wide as it has to be', () => {
    expect(tableLines([clock], noon, { columns: 100, rows: 24 })).toEqual([
      '               auction                  price  bids  leader       closes in',
      '0190f5a2-7c1e  A ship clock      USD 1,234.50     3  bidder e4ff  1 min 15 s',
    ]);
  });

  it('cuts titles and lines to the terminal, so that nothing wraps', () => {
    for (const columns of [20, 60, 72, 100])
      for (const line of tableLines([pen, clock], noon, { columns, rows: 24 }))
        expect(line.length).toBeLessThanOrEqual(columns);
    expect(tableLines([pen], noon, { columns: 72, rows: 24 })[1]).toMatch(
      /^1190f5a2-7c1e {2}Early fountain pen.*… +USD 9\.99 +0 {2}nobody {2}10 s$/,
    );
  });

  it('shows no more rows than there is room for, and counts the rest', () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ ...clock, auctionId: `${i}`.padStart(8, '0') }));
    const lines = tableLines(many, noon, { columns: 80, rows: 10 });
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toBe('and 23 more');
  });

  it('says that there is nothing where there is nothing', () => {
    expect(tableLines([], noon, { columns: 80, rows: 24 })).toEqual([
      'Nothing is open. Whatever is listed will appear here.',
    ]);
  });
});

it('tells one auction in full: price, leader by a pseudonym, bids, time left, extensions', () => {
  expect(auctionLines({ ...clock, extensions: 2 }, noon, { columns: 100, rows: 24 })).toEqual([
    'A ship clock (Antiques)',
    '  price    USD 1,234.50 (next bid from USD 1,259.50, reserve not met)',
    '  leader   bidder e4ff',
    '  bids     3',
    '  closes   in 1 min 15 s, extended 2 times',
  ]);
  expect(auctionLines({ ...clock, status: 'sold', extensions: 1 }, noon, { columns: 100, rows: 24 }).slice(1)).toEqual([
    '  price    USD 1,234.50',
    '  leader   bidder e4ff',
    '  bids     3',
    '  closes   sold, extended once',
  ]);
});

it('tells a change in one line', () => {
  expect(changeLine(clock, null, noon)).toBe(
    '12:00:00 0190f5a2-7c1e A ship clock: USD 1,234.50, 3 bids, bidder e4ff, closes in 1 min 15 s',
  );
  expect(changeLine({ ...clock, extensions: 1 }, clock, noon)).toMatch(/closes in 1 min 15 s, extended$/);
  expect(changeLine({ ...clock, status: 'passed', bidCount: 1 }, clock, noon)).toMatch(/1 bid, bidder e4ff, passed$/);
});

describe('what is known', () => {
  it('only moves on to later versions', () => {
    const auctions = new SeenAuctions();
    expect(auctions.take(clock, noon)).toBe(true);
    expect(auctions.take(clock, noon)).toBe(false);
    expect(auctions.take({ ...clock, revision: 3, currentPrice: 1n }, noon)).toBe(false);
    expect(auctions.inOrder(noon)).toEqual([clock]);
    expect(auctions.take({ ...clock, revision: 5 }, noon)).toBe(true);
  });

  it('keeps what has ended to be seen for ten seconds', () => {
    const auctions = new SeenAuctions();
    auctions.take({ ...clock, status: 'sold' }, noon);
    expect(auctions.inOrder(noon + 10_000)).toHaveLength(1);
    expect(auctions.inOrder(noon + 10_001)).toHaveLength(0);
  });

  it('is in the order of closes, and after a gap forgets what is open no more', () => {
    const auctions = new SeenAuctions();
    for (const one of [clock, pen]) auctions.take(one, noon);
    expect(auctions.inOrder(noon)).toEqual([pen, clock]);
    auctions.keepOnly(new Set([clock.auctionId]));
    expect(auctions.inOrder(noon)).toEqual([clock]);
  });

  it('is read alike from REST and from GraphQL', () => {
    const text = { ...clock, currentPrice: '123450', minimumNextBid: '125950', closesAt: '2026-01-01T12:01:15.000Z' };
    for (const status of ['open', 'OPEN']) expect(seenAuction.parse({ ...text, status, more: 1 })).toEqual(clock);
  });
});

it('shows what somebody entered, and does not do it', () => {
  const hostile = { ...clock, title: 'A \x1b[2J\u202eclock\nBOUGHT', category: '\x9b31m' };
  const shown = [
    ...tableLines([hostile], noon, { columns: 120, rows: 24 }),
    ...auctionLines(hostile, noon, { columns: 120, rows: 24 }),
    changeLine(hostile, null, noon),
  ].join('|');
  expect(shown).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(shown).toContain('A \\u001b[2J\\u202eclock\\u000aBOUGHT');
});
