// What every command bus does, whatever it travels by.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ArrivedCommand, BatchHandler, CommandBus, CommandEnvelope, Outcome } from '../../src/bus/command-bus.js';
import { partitionOf } from '../../src/bus/partitioner.js';
import { type AuctionId, commandId } from '../../src/domain/ids.js';
import { auctionStream } from '../../src/domain/messages.js';
import { instant } from '../../src/domain/time.js';
import { eventually } from '../support/eventually.js';
import { auctionNo } from '../support/memory-house.js';

/** A bus of two partitions that takes three commands at once, with batches of at most two. */
export type BusUnderTest = Readonly<{ bus: CommandBus; now: () => number; close(): Promise<void> }>;

const noon = instant(Date.UTC(2026, 0, 1, 12));
let ids = 0;
const close = (auction: AuctionId): CommandEnvelope => {
  ids += 1;
  return {
    command: { type: 'CloseAuction', auctionId: auction, closesAt: noon },
    commandId: commandId(`01900000-0000-7000-8000-${String(ids).padStart(12, '0')}`),
    actor: { kind: 'house' },
    correlationId: null,
  };
};

/** Every kind of answer that there is, as an engine gives it. */
const OUTCOMES: readonly Outcome[] = [
  {
    status: 'accepted',
    streamId: auctionStream(auctionNo(1)),
    revision: 7,
    events: [{ type: 'AuctionPassed', reason: 'NoBids', closedAt: noon }],
    repeated: false,
  },
  { status: 'accepted', streamId: auctionStream(auctionNo(1)), revision: 8, events: [], repeated: true },
  {
    status: 'rejected',
    rejection: { reason: 'BidBelowMinimum', minimumNextBid: 12_34n },
    judgedAtRevision: 3,
    repeated: false,
  },
  { status: 'rejected', rejection: { reason: 'NotDue', closesAt: noon }, judgedAtRevision: -1, repeated: true },
  { status: 'refused', reason: 'CommandTooOld' },
  { status: 'throttled', retryAfterMs: 60_000 },
  { status: 'fault', code: 'StreamCorrupt', message: 'this auction is out of service', retryable: false },
];

const ok: Outcome = { status: 'refused', reason: 'CommandTooOld' };

/** A handler that holds each batch until the test lets it go. */
function held() {
  const batches: ArrivedCommand[][] = [];
  const gates: (() => void)[] = [];
  const handler: BatchHandler = async (batch) => {
    batches.push([...batch]);
    await new Promise<void>((open) => gates.push(open));
    return batch.map(() => ok);
  };
  return { batches, handler, letGo: () => gates.shift()?.() };
}

export function commandBusContract(name: string, open: () => Promise<BusUnderTest>): void {
  describe(`${name} as a command bus`, () => {
    let under: BusUnderTest;
    beforeEach(async () => {
      under = await open();
    }, 120_000);
    afterEach(() => under.close());

    /** Every partition has an engine that does as `handler` says. */
    const runAll = (handler: BatchHandler): void => {
      for (let partition = 0; partition < under.bus.partitions; partition++) under.bus.run(partition, handler);
    };

    it('hands the commands of an auction over in order, in their partition, stamped with its own time', async () => {
      const seen: ArrivedCommand[] = [];
      runAll(async (batch) => {
        seen.push(...batch);
        expect(batch.length).toBeLessThanOrEqual(2);
        return batch.map(() => ok);
      });
      const before = under.now();
      const sent = [1, 2, 1].map((n) => close(auctionNo(n)));
      expect(await Promise.all(sent.map((one) => under.bus.submit(one)))).toEqual([ok, ok, ok]);
      const after = under.now();
      for (const n of [1, 2]) {
        const own = seen.filter(({ command }) => 'auctionId' in command && command.auctionId === auctionNo(n));
        const wanted = sent.filter(({ command }) => 'auctionId' in command && command.auctionId === auctionNo(n));
        expect(own.map(({ commandId: id }) => id)).toEqual(wanted.map(({ commandId: id }) => id));
        for (const { arrivedAt, partition, ...envelope } of own) {
          expect(partition).toBe(partitionOf(auctionNo(n), under.bus.partitions));
          expect(arrivedAt).toBeGreaterThanOrEqual(before);
          expect(arrivedAt).toBeLessThanOrEqual(after);
          expect(wanted).toContainEqual(envelope);
        }
      }
    });

    it('brings back every kind of answer as it was given', async () => {
      const answers = [...OUTCOMES];
      runAll(async (batch) => batch.map(() => answers.shift() ?? ok));
      for (const outcome of OUTCOMES) expect(await under.bus.submit(close(auctionNo(1)))).toEqual(outcome);
    });

    it('takes as many as it has room for, and answers busy to the next, which is not half-taken', async () => {
      const { batches, handler, letGo } = held();
      runAll(handler);
      const answers = [1, 1, 1].map((n) => under.bus.submit(close(auctionNo(n))));
      expect(await under.bus.submit(close(auctionNo(1)))).toEqual({ status: 'busy', retryAfterMs: 50 });
      expect(under.bus.depth()).toBe(3);
      while (under.bus.depth() > 0) {
        await eventually('a batch', () => batches.length > 0, 30_000);
        letGo();
        await new Promise((soon) => setTimeout(soon, 5));
      }
      expect(await Promise.all(answers)).toEqual([ok, ok, ok]);
      expect(batches.flat()).toHaveLength(3);
    });

    it('goes on after a handler that threw', async () => {
      let calls = 0;
      runAll(async (batch) => {
        calls += 1;
        if (calls === 1) throw new Error('broken');
        return batch.map(() => ok);
      });
      await under.bus.submit(close(auctionNo(1)));
      expect(await under.bus.submit(close(auctionNo(1)))).toEqual(ok);
    });

    it('answers all that it has taken before it is drained, and takes nothing more', async () => {
      const { batches, handler, letGo } = held();
      runAll(handler);
      const answer = under.bus.submit(close(auctionNo(1)));
      await eventually('the batch', () => batches.length === 1, 30_000);
      let drained = false;
      const drain = under.bus.drain().then(() => {
        drained = true;
      });
      expect((await under.bus.submit(close(auctionNo(1)))).status).toBe('busy');
      expect(drained).toBe(false);
      letGo();
      expect(await answer).toEqual(ok);
      await drain;
    });

    it('refuses a second runner on a partition, and a partition that there is not', () => {
      under.bus.run(0, async () => []);
      expect(() => under.bus.run(0, async () => [])).toThrow('partition 0 has a runner already');
      expect(() => under.bus.run(2, async () => [])).toThrow('there is no partition 2; this bus has 2');
    });
  });
}
