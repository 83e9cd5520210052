// A timed sale from its first close to its last: no lot closes early, late or twice, and in what order they do.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SoftCloseMoves } from '../../src/domain/sale/sale.events.js';
import { type Instant, later } from '../../src/domain/time.js';
import { ann, bob } from '../support/memory-house.js';
import { SaleHouse, SaleReadModel } from '../support/sale-house.js';
import { timed } from '../support/sale-story.js';

const WINDOW_MS = 30_000;
const INTERVAL_MS = 20_000;
const softClose = { windowMs: WINDOW_MS, extensionsMax: null, extensionTotalMaxMs: null };

let model: SaleReadModel;
beforeAll(async () => {
  model = await SaleReadModel.open();
});
afterAll(() => model?.close());

/** A published sale that takes bids, and when the last one was accepted on each lot. */
async function openSale(lots: number, moves: SoftCloseMoves) {
  const sale = await SaleHouse.open(model);
  await sale.house.register(ann, bob);
  await sale.publish(lots, { course: { ...timed, lotIntervalMs: INTERVAL_MS, softClose, softCloseMoves: moves } });
  await sale.runAt(timed.opensAt);
  const lastBid = new Map<number, Instant>();
  const bids = new Map<number, number>();
  return {
    sale,
    lastBid,
    bid: async (lot: number): Promise<void> => {
      const count = (bids.get(lot) ?? 0) + 1;
      bids.set(lot, count);
      const outcome = await sale.bid(lot, count % 2 === 1 ? ann : bob, 20_00n * 2n ** BigInt(count));
      if (outcome.status === 'accepted') lastBid.set(lot, sale.now);
    },
  };
}

type Closed = Readonly<{ closesAt: Instant; closedAt: Instant }>;

/** When a lot was to close in the end, and when it did. Fails unless it ended once, and nothing but its invoice came after. */
async function closedOf(sale: SaleHouse, lot: number): Promise<Closed> {
  const events = (await sale.lotEvents(lot)).filter(({ type }) => type !== 'InvoiceIssued');
  const ends = events.filter(({ type }) => type === 'AuctionSold' || type === 'AuctionPassed');
  expect(ends).toHaveLength(1);
  const last = events.at(-1);
  if (last?.type !== 'AuctionSold' && last?.type !== 'AuctionPassed') throw new Error(`${last?.type} is no end`);
  const close = events.findLast((event) => event.type === 'AuctionListed' || event.type === 'ClosingExtended');
  if (close?.type !== 'AuctionListed' && close?.type !== 'ClosingExtended') throw new Error('the lot was never listed');
  return { closesAt: close.closesAt, closedAt: last.closedAt };
}

/** The same by the rule alone: a close as planned, a window behind the last bid, and behind the lot in front where those move. */
function expectedCloses(lots: number, moves: SoftCloseMoves, lastBid: ReadonlyMap<number, Instant>): number[] {
  const closes: number[] = [];
  for (let lot = 1; lot <= lots; lot++) {
    const bidAt = lastBid.get(lot);
    const inFront = closes.at(-1);
    closes.push(
      Math.max(
        timed.closesAt + (lot - 1) * INTERVAL_MS,
        bidAt === undefined ? 0 : bidAt + WINDOW_MS,
        inFront === undefined || moves === 'lot' ? 0 : inFront + INTERVAL_MS,
      ),
    );
  }
  return closes;
}

/** Whatever is due is done at its very time, until all lots have ended. `before` may bid before each close. */
async function runToTheEnd(sale: SaleHouse, before: (closesAt: Instant) => Promise<void>): Promise<void> {
  for (;;) {
    const next = await sale.nextClose();
    if (next === null) return;
    await before(next);
    // A bid may have moved it.
    const due = await sale.nextClose();
    if (due !== null) await sale.runAt(Math.max(due, sale.now));
  }
}

describe.each(['lot', 'lots-behind'] as const)('a sale of 200 lots whose late bids move %s', (moves) => {
  it('closes each lot at its time, once', async () => {
    const LOTS = 200;
    const { sale, bid, lastBid } = await openSale(LOTS, moves);
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    await runToTheEnd(sale, async (closesAt) => {
      if (random(10) < 4) return;
      const at = Math.max(sale.now, closesAt - 1 - random(15_000));
      if (at >= closesAt) return;
      sale.house.runtime.advanceTo(later(closesAt, at - closesAt));
      // The lot that closes next, as it was planned, or one a little behind it.
      const lot = Math.floor((closesAt - timed.closesAt) / INTERVAL_MS) + 1 - random(3);
      if (lot >= 1 && lot <= LOTS) await bid(lot);
    });
    const closed: Closed[] = [];
    for (let lot = 1; lot <= LOTS; lot++) closed.push(await closedOf(sale, lot));
    expect(closed.map(({ closesAt }) => closesAt)).toEqual(expectedCloses(LOTS, moves, lastBid));
    // To the millisecond, by the clock of the test.
    expect(closed.map(({ closedAt }) => closedAt)).toEqual(closed.map(({ closesAt }) => closesAt));
    expect((await sale.saleEvents()).at(-1)).toMatchObject({ type: 'SaleClosed' });
    expect(lastBid.size).toBeGreaterThan(20);
    await sale.close();
  });
});

const step = fc.record({
  afterMs: fc.integer({ min: 0, max: 25_000 }),
  what: fc.oneof(
    fc.record({ bidOn: fc.integer({ min: 1, max: 4 }) }),
    fc.constantFrom('keeper', 'closer', 'lagging keeper', 'lagging closer'),
  ),
});

it('keeps the order however late, often and out of date the house looks', () =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const LOTS = 4;
      const { sale, bid, lastBid } = await openSale(LOTS, 'lots-behind');
      sale.house.runtime.advanceTo(later(timed.closesAt, -WINDOW_MS));
      for (const { afterMs, what } of steps) {
        sale.house.runtime.advanceTo(later(sale.now, afterMs));
        if (typeof what === 'object') await bid(what.bidOn);
        else await sale.runOnce(what.endsWith('keeper') ? 'keeper' : 'closer', what.startsWith('lagging'));
      }
      await runToTheEnd(sale, async () => undefined);
      const closed: Closed[] = [];
      for (let lot = 1; lot <= LOTS; lot++) closed.push(await closedOf(sale, lot));
      expect(closed.map(({ closesAt }) => closesAt)).toEqual(expectedCloses(LOTS, 'lots-behind', lastBid));
      for (const [place, { closesAt, closedAt }] of closed.entries()) {
        expect(closedAt).toBeGreaterThanOrEqual(closesAt);
        expect(closedAt).toBeGreaterThanOrEqual(closed[place - 1]?.closedAt ?? 0);
      }
      await sale.close();
    }),
    { numRuns: 25 },
  ));
