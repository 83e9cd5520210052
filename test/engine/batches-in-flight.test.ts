import { describe, expect, it } from '@jest/globals';
import { partitionOf } from '../../src/bus/partitioner.js';
import { auctionStream, refusalsStream } from '../../src/domain/messages.js';
import { SNAPSHOT_VERSION } from '../../src/engine/auction-snapshot.codec.js';
import { unwanted } from '../../src/journal/append-check.js';
import type { AppendResult, SnapshotStore, StreamAppend } from '../../src/journal/journal.js';
import { MemoryJournal } from '../../src/journal/memory.journal.js';
import { MemorySnapshots } from '../../src/journal/memory.snapshots.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { ann, auctionNo, bob, cid, MemoryHouse, noon, sue } from '../support/memory-house.js';

type Fate = 'write' | 'conflict' | 'unknown, written' | 'unknown, lost' | 'unreachable';

/** A journal whose appends wait, once it is held, until the test says what becomes of each. */
class HeldJournal extends MemoryJournal {
  readonly asked: (readonly StreamAppend[])[] = [];
  private readonly waiting: ((fate: Fate) => void)[] = [];
  held = false;

  override async append(batch: readonly StreamAppend[], isWanted?: Promise<boolean>): Promise<readonly AppendResult[]> {
    if (isWanted !== undefined && !(await isWanted)) return unwanted(batch);
    if (!this.held) return super.append(batch);
    this.asked.push(batch);
    const fate = await new Promise<Fate>((decide) => this.waiting.push(decide));
    if (fate === 'unreachable') throw new Error('unreachable');
    if (fate === 'conflict') return batch.map(() => ({ status: 'conflict' }));
    const results = fate === 'unknown, lost' ? [] : await super.append(batch);
    return fate === 'write' ? results : batch.map(() => ({ status: 'unknown', cause: new Error('lost') }));
  }

  async next(fate: Fate): Promise<void> {
    await turns();
    const decide = this.waiting.shift();
    if (decide === undefined) throw new Error('no append is waiting');
    decide(fate);
    await turns();
  }
}

/** Long enough for everything that can happen by itself. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

const auction = auctionNo(1);

async function open(snapshots: SnapshotStore | null = null) {
  const runtime = new ManualRuntime(noon);
  const journal = new HeldJournal({ runtime });
  const house = await MemoryHouse.open({ runtime, journal, snapshots, batchMax: 1 });
  await house.register(sue, ann, bob, cid);
  await house.list(auction);
  journal.held = true;
  return { runtime, journal, house };
}

const amounts = async (house: MemoryHouse): Promise<readonly bigint[]> =>
  (await house.events(auctionStream(auction))).flatMap((event) => (event.type === 'BidPlaced' ? [event.maximum] : []));

describe('a batch that is judged while the one before it is written', () => {
  it('is judged on what the one before makes of the auction, and not written before that is known', async () => {
    const { journal, house } = await open();
    const first = house.bid(auction, ann, 20_00n);
    const second = house.bid(auction, bob, 30_00n);
    await turns();
    expect(journal.asked).toHaveLength(1);
    await journal.next('write');
    expect(await first).toMatchObject({ status: 'accepted', revision: 1 });
    expect(journal.asked).toHaveLength(2);
    expect(journal.asked[1]).toMatchObject([{ streamId: auctionStream(auction), expected: 1 }]);
    await journal.next('write');
    expect(await second).toMatchObject({ status: 'accepted', revision: 2 });
    await house.close();
  });

  it('is on its way to the journal before the answers to the one before are given', async () => {
    const { journal, house } = await open();
    const sentBeforeAnswer = house.bid(auction, ann, 20_00n).then(() => journal.asked.length);
    const second = house.bid(auction, bob, 30_00n);
    await journal.next('write');
    expect(await sentBeforeAnswer).toBe(2);
    await journal.next('write');
    expect(await second).toMatchObject({ status: 'accepted', revision: 2 });
    await house.close();
  });

  it.each<Fate>(['conflict', 'unknown, lost', 'unknown, written'])(
    'is judged again when that one came to: %s',
    async (fate) => {
      const { journal, house } = await open();
      const first = house.bid(auction, ann, 20_00n);
      const second = house.bid(auction, bob, 30_00n);
      await journal.next(fate);
      // Whatever is asked now was judged on what the journal holds.
      journal.held = false;
      while (journal.asked.length > 1 && (await pending(second))) await journal.next('write');
      expect(await first).toMatchObject({ status: 'accepted' });
      expect(await second).toMatchObject({ status: 'accepted' });
      expect((await amounts(house)).toSorted()).toEqual([20_00n, 30_00n]);
      await house.close();
    },
  );

  it('is not written on top of what another writer put in place of the one before', async () => {
    const { runtime, journal, house } = await open();
    const first = house.bid(auction, ann, 20_00n);
    const second = house.bid(auction, bob, 20_50n);
    await turns();
    // As many events as the first batch would have written, so that the revisions alone would not tell.
    journal.held = false;
    const other = await MemoryHouse.open({ runtime, journal });
    await other.bid(auction, cid, 50_00n);
    journal.held = true;
    await journal.next('conflict');
    journal.held = false;
    while (journal.asked.length > 1 && (await pending(second))) await journal.next('write');
    expect(await first).toMatchObject({ status: 'accepted' });
    expect(await second).toMatchObject({ status: 'rejected', rejection: { reason: 'BidBelowMinimum' } });
    expect(await amounts(house)).toEqual([50_00n, 20_00n]);
    await Promise.all([house.close(), other.close()]);
  });

  it('fails with the one before when the journal cannot be reached, so that no bid is passed by a later one', async () => {
    const { runtime, journal, house } = await open();
    const ids = [runtime.uuid(), runtime.uuid()];
    const first = house.bid(auction, ann, 20_00n, ids[0]);
    const second = house.bid(auction, bob, 30_00n, ids[1]);
    await journal.next('unreachable');
    expect(await first).toMatchObject({ status: 'fault', code: 'JournalUnavailable', retryable: true });
    expect(await second).toMatchObject({ status: 'fault', code: 'JournalUnavailable', retryable: true });
    expect(journal.asked).toHaveLength(1);
    journal.held = false;
    expect(await house.bid(auction, ann, 20_00n, ids[0])).toMatchObject({ status: 'accepted', revision: 1 });
    expect(await house.bid(auction, bob, 30_00n, ids[1])).toMatchObject({ status: 'accepted', revision: 2 });
    expect(await amounts(house)).toEqual([20_00n, 30_00n]);
    await house.close();
  });

  it('goes on where the one before failed and it is about another auction', async () => {
    const { journal, house } = await open();
    const other = auctionNo(neighbour(house.bus.partitions));
    journal.held = false;
    await house.list(other);
    journal.held = true;
    const first = house.bid(auction, ann, 20_00n);
    const second = house.bid(other, bob, 30_00n);
    await journal.next('unreachable');
    expect(await first).toMatchObject({ status: 'fault' });
    await journal.next('write');
    expect(await second).toMatchObject({ status: 'accepted', revision: 1 });
    await house.close();
  });

  it('gives a command that is under way the one answer', async () => {
    const { runtime, journal, house } = await open();
    const id = runtime.uuid();
    const answers = [house.bid(auction, ann, 20_00n, id), house.bid(auction, ann, 20_00n, id)];
    await journal.next('write');
    journal.held = false;
    expect(await Promise.all(answers)).toMatchObject([
      { status: 'accepted', revision: 1, repeated: false },
      { status: 'accepted', revision: 1, repeated: true },
    ]);
    expect(await amounts(house)).toEqual([20_00n]);
    await house.close();
  });

  it('counts the refusals of the one before', async () => {
    const { journal, house } = await open();
    const answers = [house.bid(auction, ann, 1_00n), house.bid(auction, bob, 1_00n)];
    await journal.next('write');
    await journal.next('write');
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    // Neither had to be judged twice.
    expect(journal.asked.map((batch) => batch.map(({ expected }) => expected))).toEqual([[-1], [0]]);
    expect(await house.events(refusalsStream(auction))).toHaveLength(2);
    await house.close();
  });

  it('leaves a snapshot of nothing that is not written yet', async () => {
    const snapshots = new MemorySnapshots();
    const { journal, house } = await open(snapshots);
    journal.held = false;
    for (let i = 0n; i < 998n; i++) await house.bid(auction, i % 2n === 0n ? ann : bob, 100_00n + i * 100_00n);
    journal.held = true;
    const first = house.bid(auction, ann, 200_000_00n);
    const second = house.bid(auction, bob, 300_000_00n);
    await journal.next('write');
    await first;
    await turns();
    const snapshot = await snapshots.load(auctionStream(auction), SNAPSHOT_VERSION);
    expect(snapshot?.revision).toBe(999);
    expect(snapshot?.text).not.toContain('30000000');
    await journal.next('write');
    await second;
    await house.close();
  });
});

/** The number of another auction in the same partition. */
function neighbour(partitions: number): number {
  const lane = partitionOf(auction, partitions);
  for (let n = 2; ; n++) if (partitionOf(auctionNo(n), partitions) === lane) return n;
}

/** True while an answer is still to come. */
async function pending(answer: Promise<unknown>): Promise<boolean> {
  await turns();
  const nothing = Symbol('nothing yet');
  return (await Promise.race([answer, Promise.resolve(nothing)])) === nothing;
}
