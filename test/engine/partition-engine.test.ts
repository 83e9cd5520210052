import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Outcome } from '../../src/bus/command-bus.js';
import { auctionId } from '../../src/domain/ids.js';
import { auctionStream, refusalsStream, userStream } from '../../src/domain/messages.js';
import { instant } from '../../src/domain/time.js';
import { unwanted } from '../../src/journal/append-check.js';
import type { AppendResult, StreamAppend } from '../../src/journal/journal.js';
import { MemoryJournal } from '../../src/journal/memory.journal.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import {
  ann,
  auctionNo,
  bob,
  cid,
  MemoryHouse,
  noon,
  operator,
  person,
  placeBid,
  sue,
  terms,
} from '../support/memory-house.js';

const clock = auctionNo(1);
const lamp = auctionNo(2);

/** A journal whose appends can be held back, failed or preceded by somebody else's. */
class HeldJournal extends MemoryJournal {
  before: ((batch: readonly StreamAppend[]) => Promise<void> | void) | null = null;
  instead: ((batch: readonly StreamAppend[]) => Promise<readonly AppendResult[] | null>) | null = null;
  appends = 0;

  override async append(batch: readonly StreamAppend[], isWanted?: Promise<boolean>): Promise<readonly AppendResult[]> {
    if (isWanted !== undefined && !(await isWanted)) return unwanted(batch);
    this.appends += 1;
    const [before, instead] = [this.before, this.instead];
    this.before = null;
    this.instead = null;
    await before?.(batch);
    return (await instead?.(batch)) ?? super.append(batch);
  }
}

let runtime: ManualRuntime;
let journal: HeldJournal;
let house: MemoryHouse;

beforeEach(async () => {
  runtime = new ManualRuntime(noon);
  journal = new HeldJournal({ runtime });
  house = await MemoryHouse.open({ runtime, journal });
  await house.register(sue, ann, bob, cid);
  await house.list(clock);
  await house.list(lamp);
});

afterEach(() => house.close());

const events = (outcome: Outcome) => (outcome.status === 'accepted' ? outcome.events : []);

describe('judging', () => {
  it('answers an accepted bid with the events it led to, which are the ones in the journal', async () => {
    const outcome = await house.bid(clock, ann, 12_00n);
    expect(outcome).toMatchObject({ status: 'accepted', streamId: auctionStream(clock), revision: 1, repeated: false });
    expect(events(outcome)).toMatchObject([
      { type: 'BidPlaced', bidNumber: 1, maximum: 12_00n, currentPrice: 10_00n, userRevision: 0 },
    ]);
    expect((await house.events(auctionStream(clock))).slice(1)).toEqual(events(outcome));
  });

  it('records a refusal in the refusals stream and leaves the auction alone', async () => {
    const outcome = await house.bid(clock, ann, 9_99n);
    expect(outcome).toEqual({
      status: 'rejected',
      rejection: { reason: 'BidBelowMinimum', minimumNextBid: 10_00n },
      judgedAtRevision: 0,
      repeated: false,
    });
    expect(await house.events(auctionStream(clock))).toHaveLength(1);
    expect(await house.events(refusalsStream(clock))).toMatchObject([
      {
        type: 'BidRejected',
        bidderId: ann,
        amount: 9_99n,
        judgedAtRevision: 0,
        rejection: { reason: 'BidBelowMinimum' },
      },
    ]);
  });

  it('judges a batch in the order of arrival and commits it at once', async () => {
    const before = journal.appends;
    const outcomes = await Promise.all([
      house.bid(clock, ann, 20_00n),
      house.bid(clock, bob, 15_00n),
      house.bid(clock, cid, 15_00n),
      house.bid(clock, bob, 30_00n),
    ]);
    expect(outcomes.map((o) => (o.status === 'rejected' ? o.rejection.reason : o.status))).toEqual([
      'accepted',
      'accepted',
      'BidBelowMinimum',
      'accepted',
    ]);
    expect(journal.appends).toBe(before + 1);
    // The refusal was judged within the batch, after Bob's first bid.
    expect(outcomes[2]).toMatchObject({ judgedAtRevision: 2 });
  });

  it('judges by the auction’s last judged time when the clock is set back', async () => {
    runtime.advanceTo(instant(noon + 10_000));
    await house.bid(clock, ann, 12_00n);
    runtime.setBackTo(instant(noon + 4_000));
    expect(events(await house.bid(clock, bob, 20_00n))).toMatchObject([{ placedAt: noon + 10_000 }]);
  });
});

describe('a close', () => {
  const state = (who: typeof ann, country: string) =>
    house.send(
      { type: 'StateTaxPosition', userId: who, country, region: null, taxNumber: null },
      person(who, 'bidder'),
    );

  it('taxes the buyer where that person is, be it one whose bid came in the same batch', async () => {
    const vase = auctionNo(3);
    const closesAt = instant(noon + 1_000);
    await house.list(vase, { terms: { ...terms, softClose: null }, closesAt });
    await house.bid(vase, ann, 12_00n);
    for (const [who, country] of [
      [ann, 'DE'],
      [bob, 'FR'],
      [sue, 'PL'],
    ] as const)
      await state(who, country);
    // The batch that is held back lets the two behind it become one.
    journal.before = () => turns();
    const held = house.bid(clock, cid, 10_00n);
    const bid = house.bid(vase, bob, 50_00n);
    runtime.advanceTo(closesAt);
    const close = house.send({ type: 'CloseAuction', auctionId: vase, closesAt }, { kind: 'house' });
    await Promise.all([held, bid]);
    const [sold] = events(await close);
    expect(sold).toMatchObject({
      type: 'AuctionSold',
      buyerId: bob,
      taxPositions: {
        buyer: { country: 'FR', region: null, hasNumber: false },
        seller: { country: 'PL', region: null, hasNumber: false },
      },
    });
    await state(bob, 'ES');
    expect((await house.events(auctionStream(vase))).find(({ type }) => type === 'AuctionSold')).toEqual(sold);
  });
});

describe('an answer', () => {
  it('does not leave before its append has succeeded, be it a refusal', async () => {
    for (const amount of [12_00n, 1n]) {
      let letGo: () => void = () => undefined;
      journal.before = () =>
        new Promise((resolve) => {
          letGo = resolve;
        });
      let answered = false;
      const answer = house.bid(clock, ann, amount).then((outcome) => {
        answered = true;
        return outcome;
      });
      await turns();
      expect(answered).toBe(false);
      letGo();
      expect(['accepted', 'rejected']).toContain((await answer).status);
    }
  });

  it('is a retryable fault when the journal cannot be reached, and the same id works afterwards', async () => {
    journal.before = () => {
      throw new Error('no connection');
    };
    const id = runtime.uuid();
    expect(await house.bid(clock, ann, 12_00n, id)).toMatchObject({
      status: 'fault',
      code: 'JournalUnavailable',
      retryable: true,
    });
    await turns();
    expect(await house.bid(clock, ann, 12_00n, id)).toMatchObject({ status: 'accepted', revision: 1, repeated: false });
  });
});

describe('a conflict', () => {
  const elsewhere = () => MemoryHouse.open({ runtime, journal });

  it('reloads the auction and judges again by what the other writer recorded', async () => {
    const other = await elsewhere();
    await house.bid(clock, ann, 12_00n);
    journal.before = async () => {
      await other.bid(clock, bob, 50_00n);
    };
    const outcome = await house.bid(clock, cid, 14_00n);
    expect(outcome).toMatchObject({ status: 'accepted', revision: 3 });
    expect(events(outcome)).toMatchObject([{ bidNumber: 3, leaderId: bob, currentPrice: 14_50n }]);
    await other.close();
  });

  it('in one auction does not hold up another in the same batch', async () => {
    const single = await MemoryHouse.open({ runtime, journal, partitions: 1 });
    const other = await elsewhere();
    await single.bid(clock, ann, 12_00n);
    journal.before = async () => {
      await other.bid(clock, bob, 50_00n);
    };
    const outcomes = await Promise.all([single.bid(clock, cid, 13_00n), single.bid(lamp, cid, 13_00n)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['accepted', 'accepted']);
    expect(await house.events(auctionStream(lamp))).toHaveLength(2);
    await Promise.all([other.close(), single.close()]);
  });

  it('that does not end is answered busy, with nothing taken', async () => {
    journal.instead = null;
    const conflicted = async (batch: readonly StreamAppend[]): Promise<readonly AppendResult[]> => {
      journal.instead = conflicted;
      return batch.map(() => ({ status: 'conflict' }));
    };
    journal.instead = conflicted;
    expect(await house.bid(clock, ann, 12_00n)).toMatchObject({ status: 'busy' });
    journal.instead = null;
    expect(await house.events(auctionStream(clock))).toHaveLength(1);
  });

  it('with another engine’s refusal of the same command keeps that first answer', async () => {
    // Two engines, one command, delivered to both: the other one refuses it while ours is about to accept.
    const other = await elsewhere();
    const id = runtime.uuid();
    await house.bid(clock, ann, 12_00n);
    await other.bid(clock, ann, 12_00n);
    journal.before = async () => {
      expect((await other.bid(clock, bob, 5_00n, id)).status).toBe('rejected');
    };
    expect(await house.bid(clock, bob, 5_00n, id)).toMatchObject({ status: 'rejected', repeated: true });
    expect(
      (await house.events(refusalsStream(clock))).filter(
        (event) => event.type === 'BidRejected' && event.bidderId === bob,
      ),
    ).toHaveLength(1);
    await other.close();
  });
});

describe('an append whose fate is unknown', () => {
  it.each([true, false])('is looked up before anyone is answered (written: %s)', async (written) => {
    journal.instead = async (batch) => {
      if (written) await MemoryJournal.prototype.append.call(journal, batch);
      return batch.map(() => ({ status: 'unknown', cause: new Error('connection lost') }));
    };
    expect(await house.bid(clock, ann, 12_00n)).toMatchObject({ status: 'accepted', revision: 1 });
    expect(await house.events(auctionStream(clock))).toHaveLength(2);
  });
});

describe('streams', () => {
  it('that are damaged put their auction out of service and leave the others alone', async () => {
    await house.close();
    journal.damage(auctionStream(clock), 0);
    house = await MemoryHouse.open({ runtime, journal });
    expect(await house.bid(clock, ann, 12_00n)).toMatchObject({
      status: 'fault',
      code: 'StreamCorrupt',
      retryable: false,
    });
    expect(await house.bid(lamp, ann, 12_00n)).toMatchObject({ status: 'accepted' });
  });
});

describe('bidders', () => {
  it('are unknown before they register and may bid right after', async () => {
    const dot = person(auctionNo(77) as never, 'bidder');
    if (dot.kind !== 'user') throw new Error('a person was expected');
    expect(await house.bid(clock, dot.userId, 12_00n)).toMatchObject({ rejection: { reason: 'BidderUnknown' } });
    await house.register(dot.userId);
    expect(await house.bid(clock, dot.userId, 12_00n)).toMatchObject({ status: 'accepted' });
  });

  it('who are suspended here are refused at once', async () => {
    await house.bid(clock, ann, 12_00n);
    await house.send({ type: 'SuspendUser', userId: ann, reason: 'unpaid', voidBids: false }, operator);
    expect(await house.bid(clock, ann, 99_00n)).toMatchObject({ rejection: { reason: 'BidderSuspended' } });
  });

  it('who are suspended by another process are refused a second later at the latest, by the revision of that event', async () => {
    await house.bid(clock, ann, 12_00n);
    const other = await MemoryHouse.open({ runtime, journal });
    await other.send({ type: 'SuspendUser', userId: ann, reason: 'unpaid', voidBids: false }, operator);
    runtime.advanceTo(instant(runtime.now() + 1_001));
    expect(await house.bid(clock, ann, 99_00n)).toMatchObject({ rejection: { reason: 'BidderSuspended' } });
    await other.send({ type: 'ReinstateUser', userId: ann, reason: 'paid' }, operator);
    runtime.advanceTo(instant(runtime.now() + 1_001));
    expect(events(await house.bid(clock, ann, 99_00n))).toMatchObject([{ userRevision: 2 }]);
    expect(await house.events(userStream(ann))).toHaveLength(3);
    await other.close();
  });
});

describe('an auction that bears a user’s id', () => {
  it('gets in the way neither of the account nor of its refusals', async () => {
    const namesake = auctionId(ann);
    expect(await house.list(namesake)).toMatchObject({ status: 'accepted' });
    expect(await house.send({ type: 'VerifyUser', userId: ann }, operator)).toMatchObject({ status: 'accepted' });
    const id = runtime.uuid();
    expect(await house.send({ type: 'VerifyUser', userId: ann }, operator, id)).toMatchObject({ status: 'rejected' });
    expect(await house.send({ type: 'VerifyUser', userId: ann }, operator, id)).toMatchObject({ repeated: true });
    expect(await house.bid(namesake, bob, 1n)).toMatchObject({ rejection: { reason: 'BidBelowMinimum' } });
    expect(await house.bid(namesake, ann, 12_00n)).toMatchObject({ status: 'accepted', revision: 1 });
  });
});

describe('memory', () => {
  it('holds a few aggregates and serves many', async () => {
    const small = await MemoryHouse.open({ runtime, journal, settings: { cache: { weightMax: 8 } } });
    const auctions = Array.from({ length: 60 }, (_, i) => auctionNo(100 + i));
    await Promise.all(auctions.map((id) => small.list(id)));
    for (const amount of [12_00n, 20_00n]) {
      const outcomes = await Promise.all(auctions.map((id) => small.bid(id, ann, amount)));
      expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['accepted']));
    }
    expect(small.engine.cachedAggregates()).toBeLessThanOrEqual(8);
    await small.close();
  });
});

describe('draining', () => {
  it('answers what was taken and turns the rest away', async () => {
    const answers = [12_00n, 20_00n, 30_00n].map((amount, i) =>
      house.send(placeBid(clock, [ann, bob, cid][i] ?? ann, amount), person([ann, bob, cid][i] ?? ann, 'bidder')),
    );
    await house.close();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(['accepted', 'accepted', 'accepted']);
    expect((await house.bid(clock, ann, 99_00n)).status).toBe('busy');
  });
});

/** Lets everything run that waits for nothing but its turn. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}
