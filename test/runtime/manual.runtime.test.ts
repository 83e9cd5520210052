import { describe, expect, it } from '@jest/globals';
import { commandId, commandIdTime } from '../../src/domain/ids.js';
import { instant, later } from '../../src/domain/time.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';

const noon = instant(Date.UTC(2026, 0, 1, 12));

describe('timers', () => {
  it('fire in order of time, then of starting, each seeing its own time', () => {
    const runtime = new ManualRuntime(noon);
    const fired: [string, number][] = [];
    const note = (name: string) => () => fired.push([name, runtime.now() - noon]);
    runtime.startTimer(20, note('b'));
    runtime.startTimer(10, note('a'));
    runtime.startTimer(20, note('c'));
    runtime.advanceBy(20);
    expect(fired).toEqual([
      ['a', 10],
      ['b', 20],
      ['c', 20],
    ]);
  });

  it('do not fire a millisecond early, nor once cancelled', () => {
    const runtime = new ManualRuntime(noon);
    let fired = 0;
    const count = () => {
      fired += 1;
    };
    runtime.startTimer(10, count);
    runtime.startTimer(10, count).cancel();
    runtime.advanceBy(9);
    expect(fired).toBe(0);
    runtime.advanceBy(1);
    expect(fired).toBe(1);
  });

  it('may start others, which fire on the same way', () => {
    const runtime = new ManualRuntime(noon);
    const at: number[] = [];
    const again = (): void => {
      at.push(runtime.now() - noon);
      if (at.length < 3) runtime.startTimer(10, again);
    };
    runtime.startTimer(10, again);
    runtime.advanceBy(100);
    expect(at).toEqual([10, 20, 30]);
  });

  it('keep their distance when the wall clock is set back', () => {
    const runtime = new ManualRuntime(noon);
    let fired = false;
    runtime.startTimer(10, () => {
      fired = true;
    });
    runtime.setBackTo(later(noon, -5_000));
    runtime.advanceBy(9);
    expect(fired).toBe(false);
    runtime.advanceBy(1);
    expect(fired).toBe(true);
    expect(runtime.monotonicMs()).toBe(10);
  });
});

describe('the clock', () => {
  it('stands still by itself and refuses to be advanced backwards', () => {
    const runtime = new ManualRuntime(noon);
    runtime.advanceTo(later(noon, 5));
    expect(runtime.now()).toBe(noon + 5);
    expect(() => runtime.advanceTo(noon)).toThrow(RangeError);
  });
});

describe('sleep', () => {
  it('ends with the clock', async () => {
    const runtime = new ManualRuntime(noon);
    const asleep = runtime.sleep(1_000);
    runtime.advanceBy(1_000);
    await asleep;
  });

  it('ends with its signal, before or during', async () => {
    const runtime = new ManualRuntime(noon);
    await runtime.sleep(1_000, AbortSignal.abort());
    const abort = new AbortController();
    const asleep = runtime.sleep(1_000, abort.signal);
    abort.abort();
    await asleep;
    expect(runtime.monotonicMs()).toBe(0);
  });
});

describe('uuid', () => {
  const ids = (seed: number): string[] => {
    const runtime = new ManualRuntime(noon, seed);
    return Array.from({ length: 50 }, () => runtime.uuid());
  };

  it('carries the manual time, and repeats with the seed', () => {
    expect(ids(7)).toEqual(ids(7));
    expect(ids(7)).not.toEqual(ids(8));
    expect(ids(7).map((id) => commandIdTime(commandId(id)))).toEqual(new Array(50).fill(noon));
  });
});
