import { expect, it } from '@jest/globals';
import { Pace } from '../../../src/api/live/pace.js';

const TURN_MS = 5;

/** A clock that each piece of work moves, and how often others got their turn. */
function paced() {
  const seen = { nowMs: 0, turns: 0 };
  const runtime = {
    monotonicMs: () => seen.nowMs,
    yield: async () => {
      seen.turns += 1;
    },
  };
  const pace = new Pace(runtime, TURN_MS);
  const work = (ms: number) =>
    pace.run(async () => {
      await Promise.resolve();
      seen.nowMs += ms;
      return seen.turns;
    });
  return { pace, work };
}

it('goes on as long as the turn lasts, and lets others have theirs when it is over', async () => {
  const { work } = paced();
  expect([await work(2.5), await work(2.4), await work(0.1)]).toEqual([1, 1, 1]);
  // Exactly five by now.
  expect(await work(1)).toBe(2);
});

it('shares a turn among all who wait, in their order', async () => {
  const { work } = paced();
  expect(await Promise.all([3, 3, 3, 3, 3].map(work))).toEqual([1, 1, 2, 2, 3]);
});

it('goes on behind a piece that failed, and tells who brought it', async () => {
  const { pace, work } = paced();
  const failed = pace.run(() => Promise.reject(new Error('this one')));
  const next = work(1);
  await expect(failed).rejects.toThrow('this one');
  expect(await next).toBe(1);
});
