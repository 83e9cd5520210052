// A tail that stands still, which no real broker can be made to cause.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { instant } from '../../../src/domain/time.js';
import { TopicTail } from '../../../src/kafka/client/topic-tail.js';
import { ManualRuntime } from '../../../src/runtime/manual.runtime.js';
import { FakeKafka, letLook, settled } from '../../support/fake-kafka.js';
import { LineLog } from '../../support/line-log.js';

const STALL_MS = 1_000;
const TOPIC = 'auction.outcomes';

let runtime: ManualRuntime;
let kafka: FakeKafka;
let log: LineLog;
let tail: TopicTail;
let taken: string[];
beforeEach(async () => {
  runtime = new ManualRuntime(instant(0));
  kafka = new FakeKafka();
  log = new LineLog();
  taken = [];
  tail = new TopicTail({
    kafka: kafka.asClient(),
    topic: TOPIC,
    partitions: null,
    groupId: 'one',
    runtime,
    log,
    stallMs: STALL_MS,
    take: (messages) => taken.push(...messages.map(({ offset }) => offset)),
    missed: () => undefined,
  });
  await tail.start();
  await settled(runtime);
});
afterEach(async () => {
  await tail.stop();
});

const looks = (times: number): Promise<void> => letLook(runtime, STALL_MS, times);
const told = () => log.lines.filter(({ level }) => level === 'error').map(({ message }) => message);

describe('a tail', () => {
  it('is started again, and says so, once it has left something unread for the whole time', async () => {
    kafka.ends.set(`${TOPIC}/0`, 3);
    await looks(2);
    expect({ restarts: tail.restarts(), told: told() }).toEqual({ restarts: 0, told: [] });
    await looks(1);
    await looks(1);
    expect({ restarts: tail.restarts(), told: told() }).toEqual({
      restarts: 1,
      told: ['following a topic stands still although there is something to read: starting again'],
    });
    expect(kafka.consumers.map(({ isConnected }) => isConnected)).toEqual([false, true]);
    await kafka.consumers[1]?.reads(TOPIC, 0, [0, 1, 2]);
    expect(taken).toEqual(['0', '1', '2']);
  });

  it('is let be while it reads, however slowly, and while there is nothing to read', async () => {
    await looks(4);
    kafka.ends.set(`${TOPIC}/0`, 100);
    for (let offset = 0; offset < 8; offset++) {
      await kafka.consumers[0]?.reads(TOPIC, 0, [offset]);
      await looks(1);
    }
    expect({ restarts: tail.restarts(), told: told() }).toEqual({ restarts: 0, told: [] });
  });
});
