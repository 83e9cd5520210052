import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { UserId } from '../../src/domain/ids.js';
import { refusalsStream, type StreamId } from '../../src/domain/messages.js';
import { type Instant, later } from '../../src/domain/time.js';
import { FloodGuard } from '../../src/engine/flood-guard.js';
import { ann, auctionNo, bob, noon } from '../support/memory-house.js';

const MINUTE_MS = 60_000;
const auction = refusalsStream(auctionNo(1));

const refusedTimes = (guard: FloodGuard, bidder: UserId, times: number, at: Instant = noon): void => {
  for (let i = 0; i < times; i++) guard.refused(auction, bidder, at);
};

describe('commands of somebody who was refused', () => {
  it('are judged until there are as many refusals as allowed, and then turned away for the rest of the minute', () => {
    const guard = new FloodGuard(3);
    refusedTimes(guard, ann, 2);
    expect(guard.waitMs(auction, ann, noon)).toBe(0);
    refusedTimes(guard, ann, 1);
    expect(guard.waitMs(auction, ann, noon)).toBe(MINUTE_MS);
    expect(guard.waitMs(auction, ann, later(noon, MINUTE_MS - 1))).toBe(1);
    expect(guard.waitMs(auction, ann, later(noon, MINUTE_MS))).toBe(0);
  });

  it('do not count against others, nor elsewhere', () => {
    const guard = new FloodGuard(3);
    refusedTimes(guard, ann, 9);
    expect(guard.waitMs(auction, bob, noon)).toBe(0);
    expect(guard.waitMs(refusalsStream(auctionNo(2)), ann, noon)).toBe(0);
  });
});

/** What the guard does, told the long way: every tally is looked at every time. */
class PlainGuard {
  readonly tallies = new Map<string, { since: Instant; refused: number; turnedAway: number }>();
  constructor(private readonly max: number) {}
  waitMs(key: string, at: Instant): number {
    const tally = this.tallies.get(key);
    return tally === undefined || tally.refused < this.max ? 0 : Math.max(0, tally.since + MINUTE_MS - at);
  }
  refused(key: string, at: Instant): void {
    const tally = this.tallies.get(key);
    if (tally !== undefined && at < tally.since + MINUTE_MS) tally.refused += 1;
    else if (tally === undefined || tally.turnedAway === 0)
      this.tallies.set(key, { since: at, refused: 1, turnedAway: 0 });
  }
  turnedAway(key: string): void {
    const tally = this.tallies.get(key);
    if (tally !== undefined) tally.turnedAway += 1;
  }
  finish(now: Instant): number {
    let floods = 0;
    for (const [key, tally] of this.tallies) {
      if (now < tally.since + MINUTE_MS) continue;
      this.tallies.delete(key);
      if (tally.turnedAway > 0) floods += 1;
    }
    return floods;
  }
}

it('turns away whom a look at every tally would turn away, over any minutes', () => {
  const steps = fc.array(
    fc.record({
      bidder: fc.nat(1),
      auction: fc.nat(1),
      afterMs: fc.constantFrom(0, 0, 1, 30_000, MINUTE_MS),
      ends: fc.boolean(),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 2 }), (taken, max) => {
      const [guard, plain] = [new FloodGuard(max), new PlainGuard(max)];
      let at = noon;
      for (const { bidder, auction: on, afterMs, ends } of taken) {
        at = later(at, afterMs);
        const [who, where, key] = [`user ${bidder}` as UserId, `refusals-${on}` as StreamId, `${bidder} ${on}`];
        // The guard looks for finished minutes once a second; the plain one when it does.
        if (ends && afterMs >= 30_000) expect(guard.finished(at)).toHaveLength(plain.finish(at));
        expect(guard.waitMs(where, who, at)).toBe(plain.waitMs(key, at));
        if (plain.waitMs(key, at) > 0) {
          guard.turnedAway(where, who, at);
          plain.turnedAway(key);
        } else {
          guard.refused(where, who, at);
          plain.refused(key, at);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
