import { describe, expect, it } from '@jest/globals';
import { auctionStream } from '../../src/domain/messages.js';
import { Aggregate } from '../../src/engine/aggregate.js';
import { decodeSnapshot, encodeSnapshot, SNAPSHOT_VERSION } from '../../src/engine/auction-snapshot.codec.js';
import { MemoryJournal } from '../../src/journal/memory.journal.js';
import { MemorySnapshots } from '../../src/journal/memory.snapshots.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { ann, auctionNo, bob, MemoryHouse, noon, person, placeBid, sue, terms } from '../support/memory-house.js';

const clock = auctionNo(1);

async function houseWithBids(count: number) {
  const runtime = new ManualRuntime(noon);
  const journal = new MemoryJournal({ runtime });
  const snapshots = new MemorySnapshots();
  const open = () => MemoryHouse.open({ runtime, journal, snapshots });
  const house = await open();
  await house.register(sue, ann, bob);
  await house.list(clock, { terms: { ...terms, increments: [{ below: null, step: 1n }] } });
  for (let i = 0; i < count; i += 100)
    await Promise.all(
      Array.from({ length: Math.min(100, count - i) }, (_, n) =>
        house.bid(clock, (i + n) % 2 === 0 ? ann : bob, 10_00n + BigInt(2 * (i + n))),
      ),
    );
  await house.close();
  return { runtime, journal, snapshots, open };
}

/** What a fold of the whole stream gives. */
async function folded(journal: MemoryJournal) {
  const aggregate = Aggregate.blank(placeBid(clock, ann, 1n));
  for (const entry of await journal.readStream(auctionStream(clock), 0, 100_000))
    if (entry.kind === 'event') aggregate.apply(entry.event, entry.occurredAt);
  return aggregate;
}

describe('a snapshot', () => {
  it('is kept of a stream of a thousand events, and not of a shorter one', async () => {
    const [short, long] = [await houseWithBids(998), await houseWithBids(1_000)];
    expect(await short.snapshots.load(auctionStream(clock), SNAPSHOT_VERSION)).toBeNull();
    expect(await long.snapshots.load(auctionStream(clock), SNAPSHOT_VERSION)).not.toBeNull();
  });

  it('with the rest of the stream gives what the whole stream gives, a retraction of an old bid included', async () => {
    const { journal, open } = await houseWithBids(1_050);
    const house = await open();
    const read: number[] = [];
    const readStream = journal.readStream.bind(journal);
    journal.readStream = (streamId, from, limit) => {
      if (streamId === auctionStream(clock)) read.push(from);
      return readStream(streamId, from, limit);
    };
    const outcome = await house.send(
      { type: 'RetractBid', auctionId: clock, bidderId: bob, bidNumber: 1_050, reason: 'TypingError' },
      person(bob, 'bidder'),
    );
    expect(outcome).toMatchObject({
      status: 'accepted',
      events: [{ leadingBid: 1_049, leaderId: ann, bidCount: 1_049 }],
    });
    expect(read[0]).toBeGreaterThan(1_000);
    await house.close();
  });

  it('round-trips, in slices that let others run', async () => {
    const { journal } = await houseWithBids(6_000);
    const { state, judgedAt } = await folded(journal);
    if (state.kind !== 'auction' || judgedAt === null) throw new Error('an auction was expected');
    let turns = 0;
    const text = await encodeSnapshot({ auction: state.auction, judgedAt }, async () => {
      turns += 1;
    });
    expect(turns).toBe(1);
    const again = decodeSnapshot(text);
    expect(again).toStrictEqual({ auction: state.auction, judgedAt });
    expect(await encodeSnapshot(again, async () => undefined)).toBe(text);
    expect(text).toContain('[6000,"');
  });

  it('that cannot be read is passed over', async () => {
    const { snapshots, open } = await houseWithBids(1_000);
    await snapshots.save({
      streamId: auctionStream(clock),
      schemaVersion: SNAPSHOT_VERSION,
      revision: 1_000_000,
      text: '{"judgedAt":',
    });
    const house = await open();
    expect(await house.bid(clock, ann, 99_00n)).toMatchObject({ status: 'accepted', revision: 1_001 });
    await house.close();
  });
});
