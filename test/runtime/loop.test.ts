import { beforeEach, describe, expect, it } from '@jest/globals';
import { instant } from '../../src/domain/time.js';
import { Loop, type LoopParts } from '../../src/runtime/loop.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { LineLog } from '../support/line-log.js';

let runtime: ManualRuntime;
let log: LineLog;
beforeEach(() => {
  runtime = new ManualRuntime(instant(Date.UTC(2026, 0, 1, 12)));
  log = new LineLog();
});

const loopOf = (parts: Pick<LoopParts, 'round'> & Partial<LoopParts>): Loop =>
  new Loop({ name: 'the test', runtime, log, backOff: { minMs: 100, maxMs: 100 }, ...parts });

const settle = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await runtime.yield();
};

it('runs round after round, with the pause between them, until it is stopped', async () => {
  let rounds = 0;
  const loop = loopOf({
    pauseMs: 1_000,
    round: async () => {
      rounds += 1;
    },
  });
  expect(loop.status().state).toBe('idle');
  loop.start();
  loop.start();
  await settle();
  runtime.advanceBy(999);
  await settle();
  expect(rounds).toBe(1);
  runtime.advanceBy(1);
  await settle();
  expect(rounds).toBe(2);
  expect(loop.status()).toEqual({ state: 'running', problem: null, isStuck: false });
  await loop.stop();
  await loop.stop();
  expect(loop.status().state).toBe('stopped');
  loop.start();
  runtime.advanceBy(5_000);
  await settle();
  expect(rounds).toBe(2);
});

it('waits for the round under way when it is stopped, and tells it by the signal', async () => {
  let ended = false;
  const loop = loopOf({
    round: async (signal) => {
      await runtime.sleep(1_000_000, signal);
      await runtime.yield();
      ended = true;
    },
  });
  loop.start();
  await settle();
  await loop.stop();
  expect(ended).toBe(true);
});

it('tries a round that failed again, and tells what is wrong meanwhile', async () => {
  let fails = true;
  const loop = loopOf({
    pauseMs: 1_000,
    stuckMs: 200,
    reason: () => 'what may be told',
    round: async () => {
      if (fails) throw new Error('a secret');
    },
  });
  loop.start();
  await settle();
  expect(loop.status()).toEqual({ state: 'retrying', problem: 'what may be told', isStuck: false });
  runtime.advanceBy(100);
  await settle();
  runtime.advanceBy(100);
  await settle();
  expect(loop.status()).toEqual({ state: 'retrying', problem: 'what may be told', isStuck: true });
  fails = false;
  runtime.advanceBy(100);
  await settle();
  expect(loop.status()).toEqual({ state: 'running', problem: null, isStuck: false });
  await loop.stop();
});

describe('a failure that no retry can mend', () => {
  it('halts the loop for good', async () => {
    let rounds = 0;
    const loop = loopOf({
      isFinal: (error) => error instanceof RangeError,
      round: async () => {
        rounds += 1;
        throw new RangeError('broken');
      },
    });
    loop.start();
    await settle();
    runtime.advanceBy(10_000);
    await settle();
    expect(rounds).toBe(1);
    expect(loop.status()).toEqual({ state: 'halted', problem: 'broken', isStuck: false });
    expect(log.lines.map(({ level, message }) => [level, message])).toEqual([['error', 'halted']]);
    await loop.stop();
    expect(loop.status().state).toBe('halted');
  });
});

it('gets on in the middle of a long round when that says so', async () => {
  let tries = 0;
  const loop: Loop = loopOf({
    round: async (signal) => {
      tries += 1;
      if (tries === 1) throw new Error('once');
      loop.worked();
      await runtime.sleep(1_000_000, signal);
    },
  });
  loop.start();
  await settle();
  expect(loop.status().state).toBe('retrying');
  runtime.advanceBy(100);
  await settle();
  expect(loop.status().state).toBe('running');
  await loop.stop();
});
