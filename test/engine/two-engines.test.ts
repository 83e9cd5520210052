import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Outcome } from '../../src/bus/command-bus.js';
import type { AuctionEvent } from '../../src/domain/auction/auction.events.js';
import { replay } from '../../src/domain/auction/auction.js';
import { auctionStream, type DomainEvent, refusalsStream } from '../../src/domain/messages.js';
import { unwanted } from '../../src/journal/append-check.js';
import type { AppendResult, StreamAppend } from '../../src/journal/journal.js';
import { MemoryJournal } from '../../src/journal/memory.journal.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { ann, auctionNo, bob, cid, MemoryHouse, noon, sue } from '../support/memory-house.js';

/** A journal that fails now and then: unreachable before it writes, or silent after it has written or not. */
class FaultyJournal extends MemoryJournal {
  faults: readonly number[] = [];
  private calls = 0;

  override async append(batch: readonly StreamAppend[], isWanted?: Promise<boolean>): Promise<readonly AppendResult[]> {
    if (isWanted !== undefined && !(await isWanted)) return unwanted(batch);
    const fault = this.faults[this.calls++ % Math.max(1, this.faults.length)] ?? 0;
    // Other engines run while a commit is under way.
    for (let turn = 0; turn < fault % 4; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (fault === 9) throw new Error('unreachable');
    const results = fault === 8 ? [] : await super.append(batch);
    const lost: AppendResult = { status: 'unknown', cause: new Error('connection lost') };
    return fault >= 7 ? batch.map(() => lost) : results;
  }
}

const bidders = [ann, bob, cid];
const auctions = [auctionNo(1), auctionNo(2)];

const bid = fc.record({
  auction: fc.nat(1),
  bidder: fc.nat(2),
  amount: fc.bigInt(5_00n, 60_00n),
  /** To which engines it goes, and whether its client sends it again to the other one later. */
  engine: fc.nat(1),
  both: fc.boolean(),
  again: fc.boolean(),
});

describe('two engines that hold the same partitions', () => {
  it('give every command one effect and one answer, whatever the journal does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(bid, { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(9), { maxLength: 12 }),
        // Small batches are judged while the one before them is under way.
        fc.constantFrom(1, 2, 3, 1_000),
        async (bids, faults, batchMax) => {
          const runtime = new ManualRuntime(noon);
          const journal = new FaultyJournal({ runtime });
          const houses = [
            await MemoryHouse.open({ runtime, journal, batchMax }),
            await MemoryHouse.open({ runtime, journal, batchMax }),
          ] as const;
          await houses[0].register(sue, ...bidders);
          for (const id of auctions) await houses[0].list(id);
          journal.faults = faults;

          const answers = new Map<string, Outcome[]>();
          const send = async (engine: number, id: string, { auction, bidder, amount }: (typeof bids)[number]) => {
            const house = houses[engine as 0 | 1];
            const outcome = await house.bid(auctions[auction] as never, bidders[bidder] as never, amount, id);
            answers.set(id, [...(answers.get(id) ?? []), outcome]);
          };
          const ids = bids.map(() => runtime.uuid());
          await Promise.all(
            bids.flatMap((one, i) => [
              send(one.engine, ids[i] as string, one),
              ...(one.both ? [send(1 - one.engine, ids[i] as string, one)] : []),
            ]),
          );
          journal.faults = [];
          await Promise.all(
            bids.map((one, i) => (one.again ? send(1 - one.engine, ids[i] as string, one) : undefined)),
          );

          for (const outcomes of answers.values()) expect(contradictions(outcomes)).toEqual([]);
          await expectSoundStreams(journal, houses[0], answers);
          await Promise.all(houses.map((house) => house.close()));
        },
      ),
      { numRuns: 100 },
    );
  }, 30_000);
});

/** Answers that say something about the same command, apart from whether they are repeats, must say the same. */
function contradictions(outcomes: readonly Outcome[]): readonly unknown[] {
  const said = outcomes
    .filter(({ status }) => status === 'accepted' || status === 'rejected')
    .map((outcome) => ({ ...outcome, repeated: null }));
  return said.filter((one) => JSON.stringify(one, text) !== JSON.stringify(said[0], text));
}

async function expectSoundStreams(
  journal: MemoryJournal,
  house: MemoryHouse,
  answers: ReadonlyMap<string, readonly Outcome[]>,
): Promise<void> {
  const entries = await journal.readAll(null, 10_000);
  const accepted = entries.filter(({ eventType }) => eventType === 'BidPlaced').map(({ meta }) => meta.commandId);
  const rejected = entries.filter(({ eventType }) => eventType === 'BidRejected').map(({ meta }) => meta.commandId);
  expect(new Set(accepted).size).toBe(accepted.length);
  expect(new Set(rejected).size).toBe(rejected.length);
  expect(accepted.filter((id) => rejected.includes(id))).toEqual([]);
  for (const [id, outcomes] of answers) {
    if (outcomes.some(({ status }) => status === 'accepted')) expect(accepted).toContain(id);
    if (outcomes.some(({ status }) => status === 'rejected')) expect(rejected).toContain(id);
  }
  for (const auction of auctions) {
    expect(prices(await house.events(auctionStream(auction)))).toEqual(
      prices(await house.events(auctionStream(auction))).sort((a, b) => Number(a - b)),
    );
    await house.events(refusalsStream(auction));
    // Throws on an event that does not follow from those before it.
    replay((await house.events(auctionStream(auction))) as readonly AuctionEvent[]);
  }
}

const prices = (events: readonly DomainEvent[]): bigint[] =>
  events.flatMap((event) => (event.type === 'BidPlaced' ? [event.currentPrice] : []));
const text = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
