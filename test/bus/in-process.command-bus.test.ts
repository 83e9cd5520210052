import { describe, expect, it } from '@jest/globals';
import type { ArrivedCommand, CommandEnvelope, Outcome } from '../../src/bus/command-bus.js';
import { InProcessCommandBus } from '../../src/bus/in-process.command-bus.js';
import { partitionOf } from '../../src/bus/partitioner.js';
import { auctionId, commandId } from '../../src/domain/ids.js';
import { instant } from '../../src/domain/time.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';

const settings = { partitions: 4, queueMax: 3, batchMax: 2, retryAfterMs: 50 };
const noon = instant(Date.UTC(2026, 0, 1, 12));
const ok: Outcome = { status: 'refused', reason: 'CommandTooOld' };

const start = (overrides: Partial<typeof settings> = {}) => {
  const runtime = new ManualRuntime(noon);
  return { runtime, bus: new InProcessCommandBus({ ...settings, ...overrides }, runtime) };
};

const anAuction = auctionId('01900000-0000-7000-8000-000000000001');
const close = (n: number, auction = anAuction): CommandEnvelope => ({
  command: { type: 'CloseAuction', auctionId: auction, closesAt: noon },
  commandId: commandId(`01900000-0000-7000-8000-${String(n).padStart(12, '0')}`),
  actor: { kind: 'house' },
  correlationId: null,
});
const home = partitionOf(anAuction, settings.partitions);

/** A handler that holds each batch until the test lets it go. */
function held() {
  const batches: ArrivedCommand[][] = [];
  const gates: (() => void)[] = [];
  const handler = async (batch: readonly ArrivedCommand[]): Promise<readonly Outcome[]> => {
    batches.push([...batch]);
    await new Promise<void>((open) => gates.push(open));
    return batch.map(() => ok);
  };
  return { batches, handler, letGo: () => gates.shift()?.() };
}

const settled = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

describe('the in-process command bus', () => {
  it('hands commands of one auction over in order, in batches up to the limit', async () => {
    const { bus } = start();
    const seen: string[][] = [];
    const answers = [1, 2, 3].map((n) => bus.submit(close(n)));
    bus.run(home, async (batch) => {
      seen.push(batch.map((command) => command.commandId.slice(-1)));
      return batch.map(() => ok);
    });
    expect(await Promise.all(answers)).toEqual([ok, ok, ok]);
    expect(seen).toEqual([['1', '2'], ['3']]);
    await bus.drain();
  });

  it.each([
    [999, [999]],
    [1_000, [1_000]],
    [1_001, [1_000]],
    [1_999, [1_000]],
    [2_000, [1_000, 1_000]],
    [2_401, [1_201, 1_200]],
    [4_000, [2_000, 2_000]],
    [4_001, [2_000, 2_000]],
  ])('makes of %d that wait batches of %j, two at most at once', async (waiting, sizes) => {
    const { bus } = start({ batchMax: 2_000, queueMax: 10_000 });
    const { batches, handler, letGo } = held();
    const answers = Array.from({ length: waiting }, (_, n) => bus.submit(close(n)));
    bus.run(home, handler);
    await settled();
    expect(batches.map(({ length }) => length)).toEqual(sizes);
    const drained = bus.drain();
    for (let round = 0; round < 3; round++) {
      letGo();
      await settled();
    }
    await drained;
    expect(await Promise.all(answers)).toHaveLength(waiting);
    expect(batches.flat()).toHaveLength(waiting);
  });

  it.each([
    [999, false],
    [1_000, true],
  ])('judges %d beside a batch under way: %s', async (later, taken) => {
    const { bus } = start({ batchMax: 2_000, queueMax: 10_000 });
    const { batches, handler, letGo } = held();
    bus.run(home, handler);
    const first = bus.submit(close(1));
    await settled();
    const answers = Array.from({ length: later }, (_, n) => bus.submit(close(n + 2)));
    await settled();
    expect(batches.map(({ length }) => length)).toEqual(taken ? [1, later] : [1]);
    letGo();
    await first;
    await settled();
    letGo();
    await Promise.all(answers);
    await bus.drain();
  });

  it('stamps the time of its own clock and the partition of the id', async () => {
    const { bus, runtime } = start();
    const { batches, handler, letGo } = held();
    bus.run(home, handler);
    runtime.advanceTo(instant(noon + 1_234));
    const answer = bus.submit(close(1));
    await settled();
    expect(batches[0]?.[0]).toMatchObject({ arrivedAt: noon + 1_234, partition: home });
    letGo();
    await answer;
    await bus.drain();
  });

  it('takes the last command that fits and answers busy to the next, which is not half-taken', async () => {
    const { bus } = start();
    const { batches, handler, letGo } = held();
    const answers = [1, 2, 3].map((n) => bus.submit(close(n)));
    expect(await bus.submit(close(4))).toEqual({ status: 'busy', retryAfterMs: 50 });
    expect(bus.depth()).toBe(3);
    bus.run(home, handler);
    await settled();
    // Commands under way still count: room comes with answers.
    expect(await bus.submit(close(5))).toEqual({ status: 'busy', retryAfterMs: 50 });
    letGo();
    await answers[0];
    await settled();
    letGo();
    expect(await Promise.all(answers)).toHaveLength(3);
    expect(batches.flat().map((command) => command.commandId.slice(-1))).toEqual(['1', '2', '3']);
    await bus.drain();
  });

  it('answers everything it has taken before it is drained, and takes nothing more', async () => {
    const { bus } = start();
    const { handler, letGo } = held();
    bus.run(home, handler);
    const answers = [1, 2, 3].map((n) => bus.submit(close(n)));
    await settled();
    let drained = false;
    const drain = bus.drain().then(() => {
      drained = true;
    });
    expect((await bus.submit(close(9))).status).toBe('busy');
    letGo();
    await settled();
    expect(drained).toBe(false);
    letGo();
    await drain;
    expect(await Promise.all(answers)).toEqual([ok, ok, ok]);
  });

  it('answers busy on draining what waits in a partition that nobody works on', async () => {
    const { bus } = start();
    const answer = bus.submit(close(1));
    await bus.drain();
    expect(await answer).toEqual({ status: 'busy', retryAfterMs: 50 });
  });

  it('answers a fault, and goes on, when a handler throws or forgets an answer', async () => {
    const { bus } = start();
    let calls = 0;
    bus.run(home, async (batch) => {
      calls += 1;
      if (calls === 1) throw new Error('broken');
      return calls === 2 ? [] : batch.map(() => ok);
    });
    expect(await bus.submit(close(1))).toMatchObject({ status: 'fault', code: 'EngineFailed', retryable: true });
    expect(await bus.submit(close(2))).toMatchObject({ status: 'fault', code: 'EngineFailed' });
    expect(await bus.submit(close(3))).toEqual(ok);
    await bus.drain();
  });

  it('refuses a second runner on a partition, and a partition that does not exist', async () => {
    const { bus } = start();
    bus.run(0, async () => []);
    expect(() => bus.run(0, async () => [])).toThrow('partition 0 has a runner already');
    expect(() => bus.run(4, async () => [])).toThrow('there is no partition 4; this bus has 4');
    await bus.drain();
  });
});
