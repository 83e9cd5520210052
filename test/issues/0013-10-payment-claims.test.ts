// Issue 13, part 10: a payment is claimed before it is recorded. Whatever happens between the two, it is neither lost nor
// counted twice.
import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '../../src/bus/command-bus.js';
import { type AuctionId, commandId } from '../../src/domain/ids.js';
import { auctionStream, paymentStream, type StreamId } from '../../src/domain/messages.js';
import { instant } from '../../src/domain/time.js';
import { paymentIdOf } from '../../src/engine/payment-claims.js';
import { unwanted } from '../../src/journal/append-check.js';
import type { AppendResult, StreamAppend } from '../../src/journal/journal.js';
import { MemoryJournal } from '../../src/journal/memory.journal.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { ann, auctionNo, MemoryHouse, noon, operator, sue } from '../support/memory-house.js';

const DAY_MS = 86_400_000;

/** A journal that can be out of reach for some streams, and whose appends let others run meanwhile. */
class PartialJournal extends MemoryJournal {
  outOfReach: (streamId: StreamId) => boolean = () => false;

  override async append(batch: readonly StreamAppend[], isWanted?: Promise<boolean>): Promise<readonly AppendResult[]> {
    if (isWanted !== undefined && !(await isWanted)) return unwanted(batch);
    await new Promise((resolve) => setImmediate(resolve));
    if (batch.some(({ streamId }) => this.outOfReach(streamId))) throw new Error('unreachable');
    return super.append(batch);
  }
}

async function houseWith(
  sales: number,
): Promise<{ house: MemoryHouse; journal: PartialJournal; runtime: ManualRuntime }> {
  const runtime = new ManualRuntime(noon);
  const journal = new PartialJournal({ runtime });
  const house = await MemoryHouse.open({ runtime, journal });
  await house.register(sue, ann);
  const closesAt = instant(noon + 3_600_000);
  for (let n = 1; n <= sales; n++) {
    await house.list(auctionNo(n), { closesAt });
    await house.bid(auctionNo(n), ann, 10_00n);
  }
  runtime.advanceTo(closesAt);
  for (let n = 1; n <= sales; n++)
    await house.bus.submit({
      command: { type: 'CloseAuction', auctionId: auctionNo(n), closesAt },
      commandId: commandId(runtime.uuid()),
      actor: { kind: 'house' },
      correlationId: null,
    });
  return { house, journal, runtime };
}

const pay = (house: MemoryHouse, auctionId: AuctionId, id = house.runtime.uuid(), reference = 'bank-77') =>
  house.send(
    {
      type: 'RecordPayment',
      auctionId,
      transactionNumber: 1,
      channel: 'online',
      reference,
      amount: 11_50n,
      paymentTotal: null,
      currency: 'USD',
    },
    operator,
    id,
  );

const named = (outcome: Outcome) => (outcome.status === 'rejected' ? outcome.rejection.reason : outcome.status);
const payment = paymentStream(paymentIdOf('online', 'bank-77'));

async function payments(house: MemoryHouse, sales: number): Promise<number> {
  let count = 0;
  for (let n = 1; n <= sales; n++)
    for (const { type } of await house.events(auctionStream(auctionNo(n)))) if (type === 'PaymentRecorded') count += 1;
  return count;
}

describe('a payment that was claimed, and not recorded before the house stopped', () => {
  it.each([
    ['the same request', true],
    ['a new request', false],
  ])('is recorded by %s for the same sale, and refused to another', async (_, isSame) => {
    const { house, journal, runtime } = await houseWith(2);
    const id = runtime.uuid();
    journal.outOfReach = (streamId) => streamId.startsWith('auction-');
    expect((await pay(house, auctionNo(1), id)).status).toBe('fault');
    await house.close();
    journal.outOfReach = () => false;
    const again = await MemoryHouse.open({ runtime, journal });
    expect((await again.events(payment)).map(({ type }) => type)).toEqual(['PaymentClaimed']);
    expect(await payments(again, 2)).toBe(0);
    expect(named(await pay(again, auctionNo(2)))).toBe('PaymentUsed');
    expect(named(await pay(again, auctionNo(1), isSame ? id : runtime.uuid()))).toBe('accepted');
    expect(named(await pay(again, auctionNo(2)))).toBe('PaymentUsed');
    expect(await payments(again, 2)).toBe(1);
  });

  it('is free for another sale once its own was paid otherwise', async () => {
    const { house, journal, runtime } = await houseWith(2);
    journal.outOfReach = (streamId) => streamId.startsWith('auction-');
    await pay(house, auctionNo(1));
    journal.outOfReach = () => false;
    expect(named(await pay(house, auctionNo(2)))).toBe('PaymentUsed');
    expect(named(await pay(house, auctionNo(1), runtime.uuid(), 'card-1'))).toBe('accepted');
    expect(named(await pay(house, auctionNo(2)))).toBe('accepted');
    expect((await house.events(payment)).map(({ type }) => type)).toEqual([
      'PaymentClaimed',
      'PaymentReleased',
      'PaymentClaimed',
    ]);
  });

  it('is not recorded when the claim itself could not be written', async () => {
    const { house, journal } = await houseWith(1);
    journal.outOfReach = (streamId) => streamId.startsWith('payment-');
    expect((await pay(house, auctionNo(1))).status).toBe('fault');
    expect(await payments(house, 1)).toBe(0);
  });
});

it('is not claimed for what the auction refuses anyway', async () => {
  const { house } = await houseWith(2);
  expect(named(await pay(house, auctionNo(1), undefined, 'card-1'))).toBe('accepted');
  expect(named(await pay(house, auctionNo(1)))).toBe('TransactionNotPayable');
  expect(await house.events(payment)).toEqual([]);
  expect(named(await pay(house, auctionNo(2)))).toBe('accepted');
});

it('counts once with two engines, whoever comes first, and still after the window for repeats', async () => {
  const { house, journal, runtime } = await houseWith(6);
  const other = await MemoryHouse.open({ runtime, journal });
  const sales = [1, 2, 3, 4, 5, 6];
  const answers = await Promise.all(sales.map((n) => pay(n % 2 === 0 ? house : other, auctionNo(n))));
  expect(answers.map(named).sort()).toEqual([
    'PaymentUsed',
    'PaymentUsed',
    'PaymentUsed',
    'PaymentUsed',
    'PaymentUsed',
    'accepted',
  ]);
  runtime.advanceTo(instant(runtime.now() + DAY_MS));
  const winner = answers.findIndex(({ status }) => status === 'accepted');
  for (const n of sales)
    expect(named(await pay(house, auctionNo(n)))).toBe(n === winner + 1 ? 'AlreadyRecorded' : 'PaymentUsed');
  expect(await payments(house, 6)).toBe(1);
});

it('tells a command by its answer, not by its claim', async () => {
  const { house, journal } = await houseWith(1);
  const id = house.runtime.uuid();
  await pay(house, auctionNo(1), id);
  expect((await journal.readCommands([commandId(id)])).map(({ streamId }) => streamId)).toEqual([
    auctionStream(auctionNo(1)),
  ]);
  expect(await pay(house, auctionNo(1), id)).toMatchObject({ status: 'accepted', repeated: true });
});
