import { expect, it } from '@jest/globals';
import { commandId, commandIdTime } from '../../src/domain/ids.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';

const runtime = new SystemRuntime();

it('makes UUIDs of version 7 that rise, and none twice', () => {
  const ids = Array.from({ length: 20_000 }, () => runtime.uuid());
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.slice(1).every((id, i) => id > (ids[i] ?? ''))).toBe(true);
  expect(Math.abs(commandIdTime(commandId(ids.at(-1) ?? '')) - runtime.now())).toBeLessThan(5_000);
});

it('fires a timer after its delay, and not once cancelled', async () => {
  const startedMs = runtime.monotonicMs();
  let cancelledFired = false;
  runtime
    .startTimer(1, () => {
      cancelledFired = true;
    })
    .cancel();
  await new Promise<void>((resolve) => {
    runtime.startTimer(20, resolve);
  });
  // The timer wheel counts whole milliseconds, so a fraction of one may be missing.
  expect(runtime.monotonicMs() - startedMs).toBeGreaterThanOrEqual(19);
  expect(cancelledFired).toBe(false);
});

it('sleeps until the delay is over or the signal aborts', async () => {
  await runtime.sleep(60_000, AbortSignal.abort());
  const abort = new AbortController();
  const asleep = runtime.sleep(60_000, abort.signal);
  abort.abort();
  await asleep;
  await runtime.sleep(1, new AbortController().signal);
});

it('yields to what is due already', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('due'));
  await runtime.yield();
  order.push('after');
  expect(order).toEqual(['due', 'after']);
});
