// An engine's reader that stands still, which no real broker can be made to cause.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { instant } from '../../../src/domain/time.js';
import { Intake } from '../../../src/kafka/commands/intake.js';
import type { Judge } from '../../../src/kafka/commands/judge.js';
import { ManualRuntime } from '../../../src/runtime/manual.runtime.js';
import { FakeKafka, letLook, settled } from '../../support/fake-kafka.js';
import { LineLog } from '../../support/line-log.js';

const STALL_MS = 1_000;
const topics = { bids: 'bids', items: 'items', users: 'users', txn: 'txn' };
const ALL = { bids: [0], items: [0], users: [0], txn: [0] };

let runtime: ManualRuntime;
let kafka: FakeKafka;
let log: LineLog;
let intake: Intake;
/** What the engine does with messages; at once unless a test says otherwise. */
let judging: () => Promise<void>;
beforeEach(async () => {
  runtime = new ManualRuntime(instant(0));
  kafka = new FakeKafka();
  log = new LineLog();
  judging = () => Promise.resolve();
  intake = new Intake({
    kafka: kafka.asClient(),
    judge: { take: () => judging() } as unknown as Judge,
    topics,
    runtime,
    log,
    settings: { groupId: 'engines', sessionTimeoutMs: 6_000, batchMax: 10, fetchBytesMax: 1_024, stallMs: STALL_MS },
    lost: (error) => {
      throw error;
    },
  });
  intake.handle(0, () => Promise.resolve([]));
  intake.start();
  await settled(runtime);
  kafka.consumers[0]?.joins(ALL);
});
afterEach(async () => {
  await intake.stop();
});

const looks = (times: number): Promise<void> => letLook(runtime, STALL_MS, times);
const told = () => log.lines.filter(({ level }) => level === 'error').map(({ message, fields }) => [message, fields]);

describe('an engine’s reader', () => {
  it('is replaced, and says so, once it has left something unread for the whole time', async () => {
    kafka.ends.set('bids/0', 3);
    await looks(2);
    expect({ restarts: intake.status().restarts, told: told() }).toEqual({ restarts: 0, told: [] });
    await looks(1);
    expect({ restarts: intake.status().restarts, told: told() }).toEqual({
      restarts: 1,
      told: [
        [
          'the consumer stands still although there is something to read: starting another',
          { topic: 'bids', partition: 0, behind: '3', stallMs: STALL_MS },
        ],
      ],
    });
    await looks(2);
    expect(kafka.consumers.map(({ isConnected }) => isConnected)).toEqual([false, true]);
    kafka.consumers[1]?.joins(ALL);
    await kafka.consumers[1]?.reads('bids', 0, [0, 1, 2]);
    await looks(4);
    expect(intake.status()).toEqual({ state: 'running', partitions: [0], restarts: 1 });
  });

  it('is let be when something comes after a long silence', async () => {
    await kafka.consumers[0]?.reads('bids', 0, [0]);
    kafka.ends.set('bids/0', 1);
    await looks(20);
    // It comes just before a look, and is read just after it.
    kafka.ends.set('bids/0', 2);
    await looks(1);
    await kafka.consumers[0]?.reads('bids', 0, [1]);
    await looks(4);
    expect({ restarts: intake.status().restarts, told: told() }).toEqual({ restarts: 0, told: [] });
  });

  it('is let be while its engine is at work, which another consumer would not make faster', async () => {
    kafka.ends.set('bids/0', 3);
    const done = Promise.withResolvers<void>();
    judging = () => done.promise;
    const reading = kafka.consumers[0]?.reads('bids', 0, [0, 1, 2]);
    await looks(6);
    expect(intake.status().restarts).toBe(0);
    done.resolve();
    await reading;
    await looks(4);
    expect(intake.status().restarts).toBe(0);
  });

  it('is let be where the partition is another engine’s', async () => {
    kafka.consumers[0]?.joins({ bids: [], items: [], users: [], txn: [] });
    kafka.ends.set('bids/0', 3);
    await looks(6);
    expect(intake.status().restarts).toBe(0);
  });
});
