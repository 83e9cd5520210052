// The order and the bounds of one partition's messages on their way through its engine.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Outcome } from '../../../src/bus/command-bus.js';
import type { Arrived, Asked, Read } from '../../../src/bus/kafka/judge.js';
import { Lane, type Tenure } from '../../../src/bus/kafka/lane.js';
import { instant } from '../../../src/domain/time.js';
import type { Outgoing } from '../../../src/kafka/outbox.js';
import { ManualRuntime } from '../../../src/runtime/manual.runtime.js';
import { settled } from '../../support/fake-kafka.js';
import { LineLog } from '../../support/line-log.js';

const BATCH = 3;
const accepted: Outcome = { status: 'throttled', retryAfterMs: 1 };

type Handed = Readonly<{ offsets: readonly string[]; answer: (outcomes: readonly (Outcome | null)[]) => void }>;

let runtime: ManualRuntime;
let log: LineLog;
/** What the engine was handed and has not answered, oldest first. */
let handed: Handed[];
let done: string[];
let failures: unknown[];
let sent: Outgoing[];
let reading: (messages: readonly Arrived[]) => Promise<Read>;
let sending: (message: Outgoing) => Promise<void>;
let isOurs: boolean;
let tenure: Tenure;
let lane: Lane;

beforeEach(() => {
  runtime = new ManualRuntime(instant(0));
  log = new LineLog();
  [handed, done, failures, sent, isOurs] = [[], [], [], [], true];
  reading = (messages) => Promise.resolve({ asked: messages.map((arrived) => ({ arrived }) as Asked), aside: [] });
  sending = () => Promise.resolve();
  tenure = tenureOf(() => isOurs);
  lane = laneOf();
});
afterEach(async () => {
  // Nothing may be left that nobody waits for.
  isOurs = false;
  for (const { offsets, answer } of handed) answer(offsets.map(() => accepted));
  await passes(5_000);
  await lane.idle();
});

const laneOf = (waitingBytesMax = 1_000): Lane =>
  new Lane({
    partition: 0,
    handler: () => Promise.resolve([]),
    judge: {
      read: (_partition, messages) => reading(messages),
      judge: (asked) =>
        new Promise((answer) => {
          handed.push({ offsets: asked.map(({ arrived }) => arrived.message.offset), answer });
        }),
      outgoing: (_partition, asked) =>
        asked.map(({ arrived }) => ({ topic: 'outcomes', key: null, value: arrived.message.offset })),
    },
    outbox: {
      send: async (message) => {
        sent.push(message);
        await sending(message);
      },
    },
    runtime,
    log,
    settings: { batchMax: BATCH, waitingBytesMax, retryMinMs: 50, retryMaxMs: 2_000 },
  });

function tenureOf(ours: () => boolean): Tenure {
  const note = (topic: string, offset: bigint): void => void done.push(`${topic}/${offset}`);
  return { isOurs: ours, done: note, failed: (error) => void failures.push(error) };
}

const messages = (from: number, count: number, topic: Arrived['topic'] = 'bids', bytes = 1): readonly Arrived[] =>
  Array.from({ length: count }, (_, i) => ({
    topic,
    message: { offset: `${from + i}`, value: Buffer.alloc(bytes) } as unknown as Arrived['message'],
  }));

async function put(from: number, count: number, topic: Arrived['topic'] = 'bids'): Promise<void> {
  lane.put(messages(from, count, topic), tenure);
  await settled(runtime);
}

/** The engine answers the oldest batch that it has. */
async function answers(outcome: Outcome | null = accepted): Promise<void> {
  const batch = handed.shift();
  if (batch === undefined) throw new Error('the engine has nothing to answer');
  batch.answer(batch.offsets.map(() => outcome));
  await settled(runtime);
}

async function passes(ms: number): Promise<void> {
  runtime.advanceBy(ms);
  await settled(runtime);
}

const offsets = () => handed.map((batch) => batch.offsets.join(' '));

describe('a lane', () => {
  it('hands over what came together, and tells what is done by topic', async () => {
    lane.put(messages(5, 2, 'items'), tenure);
    lane.put(messages(8, 1), tenure);
    await settled(runtime);
    expect(offsets()).toEqual(['5 6 8']);
    expect({ done, busy: lane.isBusy() }).toEqual({ done: [], busy: true });
    await answers();
    expect({ done, busy: lane.isBusy() }).toEqual({ done: ['items/6', 'bids/8'], busy: false });
    expect(sent.map(({ value }) => value)).toEqual(['5', '6', '8']);
  });

  it('hands over a full batch beside the one that is under way, and no third', async () => {
    await put(0, 1);
    await put(1, BATCH);
    expect(offsets()).toEqual(['0', '1 2 3']);
    await put(4, BATCH);
    expect(offsets()).toEqual(['0', '1 2 3']);
    await answers();
    expect(offsets()).toEqual(['1 2 3', '4 5 6']);
  });

  it('lets a batch that is not full wait for the one that is under way', async () => {
    await put(0, 1);
    await put(1, BATCH - 1);
    expect(offsets()).toEqual(['0']);
    await answers();
    expect(offsets()).toEqual(['1 2']);
  });

  it('tells what is done in order, whatever is answered first', async () => {
    await put(0, 1);
    await put(1, BATCH);
    handed.reverse();
    await answers();
    expect(done).toEqual([]);
    await answers();
    expect(done).toEqual(['bids/0', 'bids/3']);
  });

  it('tells nothing as done before its answers have arrived, and goes on meanwhile', async () => {
    const arrived = Promise.withResolvers<void>();
    sending = () => arrived.promise;
    await put(0, 1);
    await answers();
    await put(1, 1);
    expect({ offsets: offsets(), done }).toEqual({ offsets: ['1'], done: [] });
    arrived.resolve();
    await settled(runtime);
    expect(done).toEqual(['bids/0']);
  });

  it('begins no more than four batches whose answers have not arrived', async () => {
    const arrived = Promise.withResolvers<void>();
    sending = () => arrived.promise;
    for (let i = 0; i < 4; i++) {
      await put(i, 1);
      await answers();
    }
    await put(4, 1);
    expect(offsets()).toEqual([]);
    arrived.resolve();
    await settled(runtime);
    expect({ offsets: offsets(), done }).toEqual({
      offsets: ['4'],
      done: ['bids/0', 'bids/1', 'bids/2', 'bids/3'],
    });
  });

  it('has room until three batches wait, or as many bytes as may', async () => {
    await put(0, 1);
    await put(1, 2);
    lane.put(messages(3, 6), tenure);
    expect(lane.hasRoom()).toBe(true);
    lane.put(messages(9, 1), tenure);
    expect(lane.hasRoom()).toBe(false);
    const moved = lane.moved();
    await answers();
    await moved;
    expect(lane.hasRoom()).toBe(true);
  });

  it('counts the bytes that wait', async () => {
    lane = laneOf(100);
    await put(0, 1);
    lane.put(messages(1, 1, 'bids', 99), tenure);
    expect(lane.hasRoom()).toBe(true);
    lane.put(messages(2, 1, 'bids', 1), tenure);
    expect(lane.hasRoom()).toBe(false);
    await answers();
    expect(lane.hasRoom()).toBe(true);
  });
});

describe('a lane whose engine cannot answer yet', () => {
  it('has the commands judged again, after ever longer pauses, and hands over nothing behind them', async () => {
    await put(0, 1);
    await answers(null);
    await put(1, BATCH);
    await passes(49);
    expect(offsets()).toEqual([]);
    await passes(1);
    expect(offsets()).toEqual(['0']);
    await answers(null);
    await passes(99);
    expect(offsets()).toEqual([]);
    await passes(1);
    await answers();
    expect({ offsets: offsets(), done }).toEqual({ offsets: ['1 2 3'], done: ['bids/0'] });
  });

  it('has a batch that is under way already judged again only behind the one before', async () => {
    await put(0, 1);
    await put(1, BATCH);
    await answers(null);
    await answers(null);
    await passes(1_000);
    expect(offsets()).toEqual(['0']);
    await answers(null);
    await passes(1_000);
    expect(offsets()).toEqual(['0']);
    await answers();
    await passes(1_000);
    expect(offsets()).toEqual(['1 2 3']);
    await answers();
    expect(done).toEqual(['bids/0', 'bids/3']);
  });

  it('has only those judged again that have no answer', async () => {
    await put(0, BATCH);
    const batch = handed.shift();
    batch?.answer([accepted, null, accepted]);
    await settled(runtime);
    await passes(50);
    expect(offsets()).toEqual(['1']);
    await answers();
    expect(sent.map(({ value }) => value)).toEqual(['0', '1', '2']);
  });
});

describe('a lane whose partition is given to another', () => {
  it('finishes what is under way and drops what waits', async () => {
    await put(0, 1);
    await put(1, 2);
    isOurs = false;
    await answers();
    await lane.idle();
    expect({ offsets: offsets(), done, busy: lane.isBusy() }).toEqual({ offsets: [], done: ['bids/0'], busy: false });
  });

  it('lets go of what would have to be judged again, and does not tell what came behind it as done', async () => {
    await put(0, 1);
    await put(1, BATCH);
    await answers(null);
    isOurs = false;
    await answers();
    await passes(50);
    await lane.idle();
    expect({ offsets: offsets(), done }).toEqual({ offsets: [], done: [] });
  });

  it('judges under the new tenure what comes under it, and nothing of the old one', async () => {
    await put(0, 1);
    await put(1, 1);
    isOurs = false;
    lane.put(
      messages(1, 1),
      tenureOf(() => true),
    );
    await answers();
    expect(offsets()).toEqual(['1']);
    await answers();
    expect(done).toEqual(['bids/0', 'bids/1']);
  });
});

describe('a lane in trouble', () => {
  it('reads again what could not be read, once it can be', async () => {
    let keys = false;
    const before = reading;
    reading = (given) => (keys ? before(given) : Promise.reject(new Error('no keys')));
    await put(0, 1);
    expect(offsets()).toEqual([]);
    keys = true;
    await passes(50);
    expect(offsets()).toEqual(['0']);
    expect(log.lines.map(({ message }) => message)).toEqual(['messages could not be read']);
  });

  it('sends again only the answers that did not arrive', async () => {
    let broken = true;
    sending = ({ value }) => (broken && value === '1' ? Promise.reject(new Error('no broker')) : Promise.resolve());
    await put(0, 2);
    await answers();
    expect({ sent: sent.map(({ value }) => value), done }).toEqual({ sent: ['0', '1'], done: [] });
    broken = false;
    await passes(50);
    expect({ sent: sent.map(({ value }) => value), done }).toEqual({ sent: ['0', '1', '1'], done: ['bids/1'] });
  });

  it('tells of what no second try mends, and nothing behind it as done', async () => {
    const bug = new Error('a bug');
    sending = () => Promise.resolve();
    await put(0, 1);
    await put(1, BATCH);
    const [first] = handed.splice(0, 1);
    first?.answer(
      new Proxy([], {
        get: () => {
          throw bug;
        },
      }),
    );
    await settled(runtime);
    await answers();
    expect({ failures, done }).toEqual({ failures: [bug], done: [] });
  });
});
