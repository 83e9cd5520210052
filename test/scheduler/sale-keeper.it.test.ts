// A timed sale runs by itself: listed, opened, closed lot after lot, and closed; or cancelled.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { refusalsStream, saleRefusalsStream } from '../../src/domain/messages.js';
import type { SoftCloseMoves } from '../../src/domain/sale/sale.events.js';
import { later } from '../../src/domain/time.js';
import { ann, bob } from '../support/memory-house.js';
import { SaleHouse, SaleReadModel } from '../support/sale-house.js';
import { clocks, lotId, saleTerms, timed } from '../support/sale-story.js';

const { opensAt, closesAt } = timed;
const secondCloses = later(closesAt, 20_000);
const thirdCloses = later(closesAt, 40_000);

let model: SaleReadModel;
let sale: SaleHouse;

beforeAll(async () => {
  model = await SaleReadModel.open();
});
afterAll(() => model?.close());
beforeEach(async () => {
  sale = await SaleHouse.open(model);
  await sale.house.register(ann, bob);
});
afterEach(() => sale.close());

const course = (softCloseMoves: SoftCloseMoves) => ({ course: { ...timed, softCloseMoves } });
const typesOf = (events: readonly { type: string }[]) => events.map(({ type }) => type);
const lastOfSale = async () => (await sale.saleEvents()).at(-1);
const lastOf = async (n: number) => (await sale.lotEvents(n)).filter(({ type }) => type !== 'InvoiceIssued').at(-1);

it('lists the lots of a published sale, once, with their terms, numbers and closes', async () => {
  await sale.publish(2);
  expect(await sale.runAt(sale.now)).toBe(2);
  const { increments, fees } = saleTerms();
  expect(await sale.lotEvents(2)).toMatchObject([
    {
      type: 'AuctionListed',
      lot: { saleId: clocks, lotNumber: '2', needsPaddle: false },
      terms: { format: 'english', startingPrice: 10_00n, increments, fees, softClose: timed.softClose },
      opensAt,
      closesAt: secondCloses,
      relistOf: null,
    },
  ]);
  sale.restart();
  expect(await sale.runAt(opensAt - 1)).toBe(0);
});

it('opens the sale, closes each lot at its time, and the sale behind the last', async () => {
  await sale.publish(2);
  await sale.runAt(opensAt);
  expect(await lastOfSale()).toMatchObject({ type: 'SaleOpened', openedAt: opensAt });
  expect(await sale.bid(1, ann, 20_00n)).toMatchObject({ status: 'accepted' });
  await sale.runAt(closesAt - 1);
  expect(await lastOf(1)).toMatchObject({ type: 'BidPlaced' });
  await sale.runAt(closesAt);
  expect(await lastOf(1)).toMatchObject({ type: 'AuctionSold', buyerId: ann, closedAt: closesAt });
  expect(await lastOf(2)).toMatchObject({ type: 'AuctionListed' });
  await sale.runAt(secondCloses - 1);
  expect(await lastOfSale()).toMatchObject({ type: 'SaleOpened' });
  await sale.runAt(secondCloses);
  expect(await lastOf(2)).toMatchObject({ type: 'AuctionPassed', closedAt: secondCloses });
  expect(await lastOfSale()).toMatchObject({ type: 'SaleClosed', closedBy: null, closedAt: secondCloses });
});

it('does all of it once when the read model lags, and again after any restart', async () => {
  await sale.publish(1);
  await sale.catchUp();
  for (let restart = 0; restart < 3; restart++) {
    sale.restart();
    expect(await sale.runOnce('keeper', true)).toBe(1);
  }
  sale.house.runtime.advanceTo(closesAt);
  for (const errand of ['keeper', 'closer', 'keeper'] as const) {
    await sale.catchUp();
    for (let restart = 0; restart < 2; restart++) {
      sale.restart();
      expect(await sale.runOnce(errand, true)).toBe(1);
    }
  }
  expect(typesOf(await sale.lotEvents(1))).toEqual(['AuctionListed', 'AuctionPassed']);
  expect(typesOf((await sale.saleEvents()).slice(-3))).toEqual(['SalePublished', 'SaleOpened', 'SaleClosed']);
  // Nobody was refused anything on the way.
  expect(await sale.house.events(refusalsStream(lotId(1)))).toEqual([]);
  expect(await sale.house.events(saleRefusalsStream(clocks))).toEqual([]);
});

it('cancels the lots of a cancelled sale, those that were listed too late included', async () => {
  await sale.publish(2);
  await sale.runAt(sale.now);
  await sale.accepted({ type: 'CancelSale', saleId: clocks, reason: 'the owner has died' });
  await sale.runAt(sale.now);
  for (const n of [1, 2])
    expect(await lastOf(n)).toMatchObject({
      type: 'AuctionCancelled',
      reason: 'the sale was cancelled',
      cancelledBy: null,
    });
  expect(await sale.runAt(later(thirdCloses, 1))).toBe(0);
  expect(await lastOfSale()).toMatchObject({ type: 'SaleCancelled' });
});

describe('a late bid', () => {
  it('moves its own lot only, where the sale says so', async () => {
    await sale.publish(3, course('lot'));
    await sale.runAt(closesAt - 1);
    await sale.bid(1, ann, 20_00n);
    await sale.runAt(secondCloses);
    expect(await lastOf(1)).toMatchObject({ type: 'ClosingExtended', closesAt: closesAt - 1 + 120_000 });
    expect(await lastOf(2)).toMatchObject({ type: 'AuctionPassed', closedAt: secondCloses });
    await sale.runAt(thirdCloses);
    expect(await lastOf(3)).toMatchObject({ type: 'AuctionPassed', closedAt: thirdCloses });
    await sale.runAt(closesAt - 1 + 120_000);
    expect(await lastOf(1)).toMatchObject({ type: 'AuctionSold', closedAt: closesAt - 1 + 120_000 });
    expect(await lastOfSale()).toMatchObject({ type: 'SaleClosed' });
  });

  it('moves the lots behind as well, where the sale says so, to keep the interval', async () => {
    await sale.publish(3, course('lots-behind'));
    await sale.runAt(secondCloses - 10_000 - 30_000);
    // The second lot moves by 110 s less what it had: it closes two minutes after the bid.
    const bidAt = sale.now;
    await sale.bid(2, ann, 20_00n);
    await sale.runAt(bidAt);
    const moved = later(bidAt, 120_000);
    expect(await lastOf(1)).toMatchObject({ type: 'AuctionListed' });
    expect(await lastOf(2)).toMatchObject({ type: 'ClosingExtended', cause: 'SoftClose', closesAt: moved });
    expect(await lastOf(3)).toMatchObject({
      type: 'ClosingExtended',
      cause: 'Sale',
      previousClosesAt: thirdCloses,
      closesAt: later(moved, 20_000),
    });
    await sale.runAt(closesAt);
    expect(await lastOf(1)).toMatchObject({ type: 'AuctionPassed', closedAt: closesAt });
    await sale.runAt(moved);
    expect(await lastOf(2)).toMatchObject({ type: 'AuctionSold', closedAt: moved });
    await sale.runAt(later(moved, 19_999));
    expect(await lastOf(3)).toMatchObject({ type: 'ClosingExtended' });
    await sale.runAt(later(moved, 20_000));
    expect(await lastOf(3)).toMatchObject({ type: 'AuctionPassed', closedAt: later(moved, 20_000) });
  });

  it('never lets a lot end before one in front of it, even if nobody has moved it yet', async () => {
    await sale.publish(2, course('lots-behind'));
    await sale.runAt(opensAt);
    sale.house.runtime.advanceTo(later(closesAt, -1));
    await sale.bid(1, ann, 20_00n);
    sale.house.runtime.advanceTo(secondCloses);
    // The closer alone: the lot in front is open, so the one behind is not due.
    expect(await sale.runOnce('closer')).toBe(0);
    sale.house.runtime.advanceTo(later(closesAt, 119_999));
    // The lot in front ends, and the one behind waits for its interval.
    expect(await sale.runOnce('closer')).toBe(1);
    expect(await sale.runOnce('closer')).toBe(0);
    await sale.runAt(sale.now);
    expect(await lastOf(2)).toMatchObject({ type: 'ClosingExtended', closesAt: later(closesAt, 139_999) });
    await sale.runAt(later(closesAt, 139_999));
    expect(await lastOf(2)).toMatchObject({ type: 'AuctionPassed' });
  });
});

it.each(['lot', 'lots-behind'] as const)('keeps lots apart after an outage (%s)', async (moves) => {
  await sale.publish(3, course(moves));
  await sale.runAt(opensAt);
  // The house is down over the closes of the first two lots.
  const recoveredAt = later(secondCloses, 10_000);
  sale.house.runtime.advanceTo(recoveredAt);
  sale.restart();
  await sale.runAt(recoveredAt);
  const firstCloses = later(recoveredAt, 300_000);
  expect(await lastOf(1)).toMatchObject({ type: 'ClosingExtended', cause: 'Outage', closesAt: firstCloses });
  expect(await lastOf(2)).toMatchObject({ type: 'ClosingExtended', closesAt: later(firstCloses, 20_000) });
});
