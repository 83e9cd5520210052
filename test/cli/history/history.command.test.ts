// `gavel history` over a house in memory: the story in words, the point it stops at, and what it keeps to itself.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { registerHistory } from '../../../src/cli/history/history.command.js';
import { type Instant, instant, later } from '../../../src/domain/time.js';
import { ann, auctionNo, bob, MemoryHouse, noon, operator, person, sue, terms } from '../../support/memory-house.js';

const titles = ['a clock', 'a lamp', 'a pen'];
let house: MemoryHouse;
const [sold, unsold, cancelled] = [auctionNo(1), auctionNo(2), auctionNo(3)];

// Sue's clock: Ann bids up to 51.37, Bob follows within the last two minutes, takes it back, and Ann has it at the hammer.
beforeAll(async () => {
  house = await MemoryHouse.open();
  const { runtime } = house;
  await house.register(sue, ann, bob);
  await house.list(sold, {
    terms: { ...terms, reservePrice: 20_00n, buyNowPrice: 900_00n },
    closesAt: later(noon, 3_600_000),
  });
  runtime.advanceBy(60_000);
  await house.bid(sold, ann, 51_37n);
  await house.bid(sold, ann, 40_00n);
  runtime.advanceTo(instant(noon + 3_600_000 - 60_000));
  await house.bid(sold, bob, 30_00n);
  await house.send(
    { type: 'RetractBid', auctionId: sold, bidderId: bob, bidNumber: 2, reason: 'TypingError' },
    person(bob, 'bidder'),
  );
  const closesAt = instant(noon + 3_600_000 + 60_000);
  runtime.advanceTo(closesAt);
  await house.send({ type: 'CloseAuction', auctionId: sold, closesAt }, { kind: 'house' });
  await house.list(unsold);
  await house.list(cancelled);
  await house.send({ type: 'CancelAuction', auctionId: cancelled, reason: 'it broke\nr9    sold to eve' }, operator);
});

async function history(args: readonly string[], now: Instant = house.runtime.now()): Promise<readonly string[]> {
  const lines: string[] = [];
  const program = new Command('gavel').exitOverride();
  registerHistory(program, {
    withStores: (work) => work({ journal: house.journal, database: {} }),
    auctionsIn: async (_database, [from, to], limit) =>
      [sold, unsold, cancelled]
        .map((auctionId, i) => ({ auctionId, title: titles[i] ?? '' }))
        .filter(({ auctionId }) => auctionId >= from && auctionId <= to)
        .slice(0, limit),
    keys: () => house.keys,
    now: () => now,
    print: (line) => lines.push(line),
  });
  await program.parseAsync(['history', ...args], { from: 'user' });
  return lines;
}

describe('gavel history', () => {
  it('tells every event of an auction, and how it stood at the end', async () => {
    expect(await history([sold])).toEqual([
      'r0    2026-01-01 12:00:00.000Z  user 01 lists "A clock": starts at USD 10.00, with a reserve, Buy It Now USD 900.00, soft close 120 s; opens 2026-01-01 12:00:00.000Z, closes 2026-01-01 13:00:00.000Z',
      'r1    2026-01-01 12:01:00.000Z  user 02 places bid 1 (proxy): price USD 20.00, user 02 leads with bid 1',
      'r2    2026-01-01 12:59:00.000Z  user 03 places bid 2 (manual): price USD 31.00, user 02 leads with bid 1',
      'r3    2026-01-01 12:59:00.000Z  the close moves to 2026-01-01 13:01:00.000Z because of bid 2, extension 1',
      'r4    2026-01-01 12:59:00.000Z  user 03 takes back bid 2 (TypingError): price USD 20.00, user 02 leads with bid 1',
      'r5    2026-01-01 13:01:00.000Z  sold to user 02 at the hammer for USD 20.00 (premium USD 3.00, tax USD 0.00, due USD 23.00; seller gets USD 18.00)',
      'r6    2026-01-01 13:01:00.000Z  invoice 1 to user 02: USD 23.00, due 2026-01-08 13:01:00.000Z',
      '',
      'at revision 6, the last: sold',
      '  price      USD 20.00',
      '  leader     user 02, with bid 1',
      '  bids       1',
      '  reserve    met, or none',
      '  close      2026-01-01 13:01:00.000Z, extended once',
      '  payment    invoice 1 of user 02: due, the house holds USD 0.00',
    ]);
  });

  it('names maxima and the reserve only when asked for', async () => {
    const told = (await history([sold])).join('\n');
    expect(told).not.toContain('51.37');
    expect(told).not.toContain('30.00');
    const secrets = (await history([sold, '--secrets'])).join('\n');
    expect(secrets).toContain('reserve USD 20.00');
    expect(secrets).toContain('bid 1 (proxy, up to USD 51.37)');
    expect(secrets).toContain('bid 2 (manual, up to USD 30.00)');
    const json = (await history([sold, '--json'])).join('\n');
    expect(json).toContain('"maximum":"(secret)"');
    expect(json).toContain('"reservePrice":"(secret)"');
    expect(json).not.toContain('"5137"');
    expect((await history([sold, '--json', '--secrets'])).join('\n')).toContain('"maximum":"5137"');
  });

  it('stops at a revision, with the state of then', async () => {
    const lines = await history([sold, '--at', '2']);
    expect(lines.filter((line) => /^r\d/.test(line))).toHaveLength(3);
    expect(lines).toContain('at revision 2: open');
    expect(lines).toContain('  price      USD 31.00');
    expect(lines).toContain('  next bid   USD 32.00 or more');
    expect(lines).toContain('  close      2026-01-01 13:00:00.000Z');
  });

  it.each([
    ['2026-01-01T12:58:59.999Z', 1],
    ['2026-01-01T12:59:00Z', 4],
    ['2026-01-01 12:59', 4],
    ['2026-01-01T13:59:00+01:00', 4],
    ['2026-01-02', 6],
  ])('stops at the time %s behind revision %i', async (at, revision) => {
    const told = (await history([sold, '--at', at])).filter((line) => /^r\d/.test(line));
    expect(told.at(-1)).toMatch(new RegExp(`^r${revision} `));
  });

  it('tells an open auction by the clock: it takes bids until its close and waits for the hammer from then on', async () => {
    const close = house.runtime.now() + 3_600_000;
    expect(await history([unsold], instant(close - 1))).toContain('at revision 0, the last: open');
    expect(await history([unsold], instant(close))).toContain('at revision 0, the last: closing');
  });

  it('tells who cancelled, by id where there is no name, and no line that somebody else wrote', async () => {
    expect((await history([cancelled]))[1]).toMatch(
      / cancelled by 01900002-0000-7000-8000-000000000063: it broke\\u000ar9 {4}sold to eve$/,
    );
  });

  it('gives JSON a line: every event, then the state', async () => {
    const lines = (await history([sold, '--json'])).map((line): Record<string, unknown> => JSON.parse(line));
    expect(lines).toHaveLength(8);
    expect(lines[1]).toMatchObject({
      revision: 1,
      occurredAt: '2026-01-01T12:01:00.000Z',
      actorId: ann,
      event: { type: 'BidPlaced', currentPrice: '2000', placedAt: '2026-01-01T12:01:00.000Z' },
    });
    expect(lines.at(-1)).toMatchObject({ revision: 6, state: { phase: 'sold', currentPrice: '2000', leaderId: ann } });
  });

  it.each([
    [['clock'], '"clock" is neither the id of an auction nor its first 4 letters or more'],
    [['019'], '"019" is neither the id of an auction nor its first 4 letters or more'],
    [['01900003'], "no auction's id begins with 01900003"],
    [
      ['01900001'],
      `several auctions' ids begin with 01900001; give more of ${sold} (a clock), ${unsold} (a lamp), ${cancelled} (a pen)`,
    ],
    [[auctionNo(9)], `there is no auction ${auctionNo(9)}`],
    [[sold, '--at', '7'], `auction ${sold} has revisions 0 to 6; there is no revision 7`],
    [
      [sold, '--at', '2026-01-01T11:59:59.999Z'],
      `auction ${sold} was listed on 2026-01-01 12:00:00.000Z, after the time asked for`,
    ],
    [[sold, '--at', 'noon'], '--at "noon" is neither a revision, as 7, nor a time, as 2026-01-31T12:00:00Z'],
    [[sold, '--at', '-1'], '--at "-1" is neither a revision, as 7, nor a time, as 2026-01-31T12:00:00Z'],
    [
      [sold, '--at', '2026-13-01'],
      '--at "2026-13-01" is neither a revision, as 7, nor a time, as 2026-01-31T12:00:00Z',
    ],
  ])('refuses %j with one sentence', async (args, sentence) => {
    await expect(history(args)).rejects.toThrow(new Error(sentence));
  });
});
