import { beforeEach, describe, expect, it } from '@jest/globals';
import { instant } from '../../src/domain/time.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { pauseAfter, Retry, retried } from '../../src/runtime/retry.js';
import { LineLog } from '../support/line-log.js';

const backOff = { minMs: 100, maxMs: 1_000 };

let runtime: ManualRuntime;
let log: LineLog;
beforeEach(() => {
  runtime = new ManualRuntime(instant(Date.UTC(2026, 0, 1, 12)));
  log = new LineLog();
});

const parts = () => ({ name: 'the test', runtime, log, backOff });

/** Lets promises that are due settle. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await runtime.yield();
};

describe('the pause after failures', () => {
  it('doubles from the shortest to the longest', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 1_000].map((failures) => pauseAfter(failures, backOff, 1));
    expect(pauses).toEqual([100, 200, 400, 800, 1_000, 1_000, 1_000]);
  });

  it('is spread over its upper half by chance', () => {
    expect(pauseAfter(2, backOff, 0)).toBe(100);
    expect(pauseAfter(2, backOff, 0.5)).toBe(150);
    expect(pauseAfter(2, backOff, 1)).toBe(200);
  });
});

describe('a series of failures', () => {
  it('is told once when it begins and once when it is over', async () => {
    const retry = new Retry(parts());
    for (const problem of ['first', 'second', 'third']) {
      const paused = retry.failed(new Error(problem), new AbortController().signal);
      expect(retry.problem()).toBe(problem);
      runtime.advanceBy(backOff.maxMs);
      await paused;
    }
    retry.worked();
    retry.worked();
    expect(retry.problem()).toBeNull();
    const told = log.lines.filter(({ level }) => level !== 'debug');
    expect(told.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'failed; trying again'],
      ['info', 'works again'],
    ]);
    expect(told.map(({ fields }) => fields)).toMatchObject([
      { task: 'the test', problem: 'first' },
      { task: 'the test', failures: 3, forMs: 3_000 },
    ]);
  });

  it('is stuck once it has lasted for the time given, and not a millisecond before', async () => {
    const retry = new Retry({ ...parts(), stuckMs: 10_000 });
    const stop = new AbortController();
    const paused = retry.failed(new Error('no'), stop.signal);
    runtime.advanceBy(9_999);
    expect(retry.isStuck()).toBe(false);
    runtime.advanceBy(1);
    expect(retry.isStuck()).toBe(true);
    await paused;
    retry.worked();
    expect(retry.isStuck()).toBe(false);
  });

  it('begins with the shortest pause again after a success', async () => {
    const retry = new Retry({ ...parts(), backOff: { minMs: 100, maxMs: 100_000 } });
    const { signal } = new AbortController();
    for (let i = 0; i < 5; i++) {
      const paused = retry.failed(new Error('no'), signal);
      runtime.advanceBy(100_000);
      await paused;
    }
    retry.worked();
    let over = false;
    const paused = retry.failed(new Error('no'), signal).then(() => {
      over = true;
    });
    runtime.advanceBy(100);
    await settle();
    expect(over).toBe(true);
    await paused;
  });

  it('stops waiting as soon as its signal aborts', async () => {
    const stop = new AbortController();
    const paused = new Retry(parts()).failed(new Error('no'), stop.signal);
    stop.abort();
    await paused;
  });
});

describe('work that is retried', () => {
  const failing = (times: number) => {
    let tries = 0;
    return async (): Promise<number> => {
      tries += 1;
      if (tries <= times) throw new Error(`failure ${tries}`);
      return tries;
    };
  };
  const advancing = async <T>(result: Promise<T>): Promise<T> => {
    let over = false;
    const watched = result.finally(() => {
      over = true;
    });
    watched.catch(() => undefined);
    while (!over) {
      await settle();
      runtime.advanceBy(backOff.maxMs);
    }
    return watched;
  };

  it('gives its result once it succeeds', async () => {
    const { signal } = new AbortController();
    expect(await advancing(retried(failing(3), { ...parts(), signal }))).toBe(4);
  });

  it('is tried as often as allowed, and then fails with its last error', async () => {
    const { signal } = new AbortController();
    expect(await advancing(retried(failing(2), { ...parts(), signal, triesMax: 3 }))).toBe(3);
    await expect(advancing(retried(failing(3), { ...parts(), signal, triesMax: 3 }))).rejects.toThrow('failure 3');
  });

  it('comes to nothing once its signal has aborted', async () => {
    const stop = new AbortController();
    const result = retried(failing(Number.POSITIVE_INFINITY), { ...parts(), signal: stop.signal });
    await settle();
    stop.abort();
    expect(await result).toBeUndefined();
    expect(await retried(failing(0), { ...parts(), signal: stop.signal })).toBeUndefined();
  });
});
