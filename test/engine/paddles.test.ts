// Who may bid on the lots of a sale, as the engine knows it.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ListLot } from '../../src/domain/auction/auction.commands.js';
import { type AuctionId, auctionId } from '../../src/domain/ids.js';
import { saleStream } from '../../src/domain/messages.js';
import type { SaleTerms } from '../../src/domain/sale/sale.events.js';
import { instant } from '../../src/domain/time.js';
import type { Journal } from '../../src/journal/journal.js';
import { MemoryJournal } from '../../src/journal/memory.journal.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { ann, bob, MemoryHouse, noon, operator, person, sue, terms } from '../support/memory-house.js';
import { clocks, details, lotId, saleTerms } from '../support/sale-story.js';

let house: MemoryHouse;
/** Counts how often a sale's stream was read. */
let readings: number;

const journal = (runtime: ManualRuntime): Journal => {
  const inMemory = new MemoryJournal({ runtime });
  const readStream = inMemory.readStream.bind(inMemory);
  return Object.assign(inMemory, {
    readStream: (...asked: Parameters<Journal['readStream']>) => {
      if (asked[0] === saleStream(clocks)) readings += 1;
      return readStream(...asked);
    },
  });
};

beforeEach(async () => {
  readings = 0;
  const runtime = new ManualRuntime(noon);
  house = await MemoryHouse.open({ runtime, journal: journal(runtime) });
  await house.register(sue, ann, bob);
});
afterEach(() => house.close());

async function accepted(sent: ReturnType<MemoryHouse['send']>): Promise<void> {
  expect(await sent).toMatchObject({ status: 'accepted' });
}

async function publish(changed: Partial<SaleTerms>): Promise<void> {
  await accepted(house.send({ type: 'DraftSale', saleId: clocks, terms: saleTerms(changed) }, operator));
  const lot = { lotId: lotId(1), lotNumber: '1', sellerId: sue, details };
  await accepted(house.send({ type: 'AddLot', saleId: clocks, ...lot }, operator));
  await accepted(house.send({ type: 'PublishSale', saleId: clocks }, operator));
}

const listing = (id: AuctionId = lotId(1), needsPaddle = true): ListLot => ({
  type: 'ListLot',
  auctionId: id,
  lot: { saleId: clocks, lotNumber: '1', needsPaddle },
  sellerId: sue,
  item: details.item,
  terms,
  opensAt: noon,
  closesAt: instant(noon + 3_600_000),
});
const list = (changed = listing()) => house.send(changed, { kind: 'house' });
const ask = (bidder = ann) =>
  house.send({ type: 'RequestPaddle', saleId: clocks, bidderId: bidder }, person(bidder, 'bidder'));
const give = (biddingLimit: bigint | null) =>
  house.send({ type: 'GivePaddle', saleId: clocks, bidderId: ann, biddingLimit }, operator);
const bid = (amount = 10_00n, bidder = ann) => house.bid(lotId(1), bidder, amount);
const refusedFor = (reason: string) => ({ status: 'rejected', rejection: { reason } });

describe('a bid on a lot', () => {
  it('is taken from who has a paddle, from the moment it is given until it is taken back', async () => {
    await publish({ registration: 'approval' });
    await accepted(list());
    expect(await bid()).toMatchObject(refusedFor('PaddleNeeded'));
    await accepted(ask());
    expect(await bid()).toMatchObject(refusedFor('PaddleAwaited'));
    await accepted(give(20_00n));
    expect(await bid(20_01n)).toMatchObject(refusedFor('BidAboveLimit'));
    expect(await bid(20_00n)).toMatchObject({ status: 'accepted' });
    await accepted(house.send({ type: 'RefusePaddle', saleId: clocks, bidderId: ann, reason: 'no deposit' }, operator));
    expect(await bid(30_00n)).toMatchObject(refusedFor('PaddleRefusedBefore'));
    expect(await bid(30_00n, bob)).toMatchObject(refusedFor('PaddleNeeded'));
  });

  it('is judged by the sale also if it comes in one batch with the listing', async () => {
    await publish({ registration: 'open' });
    await accepted(ask());
    const [listed, placed, refused] = await Promise.all([list(), bid(), bid(20_00n, bob)]);
    expect([listed, placed, refused]).toMatchObject([
      { status: 'accepted' },
      { status: 'accepted' },
      refusedFor('PaddleNeeded'),
    ]);
  });

  it('reads the sale once, and not at all where no paddle is needed', async () => {
    await publish({ registration: 'open' });
    await accepted(list());
    await accepted(ask());
    readings = 0;
    for (const amount of [10_00n, 20_00n, 30_00n]) await accepted(bid(amount));
    expect(readings).toBe(1);
    readings = 0;
    const other = auctionId('01900006-0000-8000-8000-0000000000ff');
    await accepted(list(listing(other, false)));
    await accepted(house.bid(other, bob, 10_00n));
    expect(readings).toBe(0);
  });

  it('knows of paddles that another engine has given', async () => {
    await publish({ registration: 'open' });
    await accepted(list());
    expect(await bid()).toMatchObject(refusedFor('PaddleNeeded'));
    const other = await MemoryHouse.open({ runtime: house.runtime, journal: house.journal });
    await accepted(other.send({ type: 'RequestPaddle', saleId: clocks, bidderId: ann }, person(ann, 'bidder')));
    await other.close();
    house.runtime.advanceTo(instant(noon + 1_000));
    expect(await bid()).toMatchObject({ status: 'accepted' });
  });
});
