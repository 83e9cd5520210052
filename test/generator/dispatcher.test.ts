// What is due is sent in its turn, at no more than the rate; what the house holds back is sent again under its own name.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { instant } from '../../src/domain/time.js';
import { Dispatcher, type Errand } from '../../src/generator/dispatcher.js';
import type { Person } from '../../src/generator/people.js';
import type { Message, Outcome } from '../../src/generator/sender.js';
import { Tally } from '../../src/generator/tally.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';

const person: Person = { number: 0, userId: 'u', username: 'ann0', name: 'Ann', email: 'ann0@example.com' };
const accepted: Outcome = { kind: 'accepted', closesAt: null, bidNumber: null };
const held = (afterMs: number, everybody: boolean): Outcome => ({ kind: 'held', reason: 'busy', afterMs, everybody });

let runtime: ManualRuntime;
let tally: Tally;
let sent: { id: string; atMs: number }[];
/** What the house answers, in this order; when it is at its end, everything is accepted. */
let answers: (Outcome | Promise<Outcome>)[];
let stop: AbortController;

beforeEach(() => {
  runtime = new ManualRuntime(instant(0));
  tally = new Tally();
  [sent, answers, stop] = [[], [], new AbortController()];
});

const dispatcherOf = (rate: number): Dispatcher => {
  const send = async ({ commandId }: Message): Promise<Outcome> => {
    sent.push({ id: commandId, atMs: runtime.monotonicMs() });
    return answers.shift() ?? accepted;
  };
  return new Dispatcher({ sender: { send }, runtime, tally, rate });
};

const errand = (id: string, answered: Errand['answered'] = () => undefined): Errand => ({
  message: () => ({ by: person, commandId: id, wish: { kind: 'register' } }),
  answered,
});

/** Lets the run do what it does in so many milliseconds. */
async function pass(ms: number): Promise<void> {
  for (let i = 0; i < ms; i++) {
    await runtime.yield();
    runtime.advanceBy(1);
  }
  await runtime.yield();
}

const idsOf = (): readonly string[] => sent.map(({ id }) => id);

it('sends what is due, the earliest first, and nothing before its time', async () => {
  const dispatcher = dispatcherOf(1_000);
  for (const [at, id] of [
    [30, 'c'],
    [10, 'a'],
    [20, 'b'],
    [20, 'b2'],
  ] as const)
    dispatcher.at(at, errand(id));
  const run = dispatcher.run(stop.signal);
  await pass(9);
  expect(sent).toEqual([]);
  await pass(22);
  await run;
  expect(sent).toEqual([
    { id: 'a', atMs: 10 },
    { id: 'b', atMs: 20 },
    { id: 'b2', atMs: 20 },
    { id: 'c', atMs: 30 },
  ]);
  expect(tally.of('register').accepted).toBe(4);
});

it('keeps the rate', async () => {
  const dispatcher = dispatcherOf(100);
  for (let i = 0; i < 50; i++) dispatcher.at(0, errand(String(i)));
  const run = dispatcher.run(stop.signal);
  await pass(200);
  // Five at once, as the bucket is full at the start, and then one every 10 ms.
  expect(sent.length).toBeGreaterThanOrEqual(24);
  expect(sent.length).toBeLessThanOrEqual(26);
  await pass(400);
  await run;
  expect(idsOf()).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
});

it('goes on with what answers bring', async () => {
  const dispatcher = dispatcherOf(1_000);
  dispatcher.at(
    0,
    errand('first', () => dispatcher.at(5, errand('second'))),
  );
  const run = dispatcher.run(stop.signal);
  await pass(10);
  await run;
  expect(idsOf()).toEqual(['first', 'second']);
});

it('sends nothing where there is nothing to send after all', async () => {
  const dispatcher = dispatcherOf(1_000);
  dispatcher.at(0, { message: () => null, answered: () => undefined });
  await dispatcher.run(stop.signal);
  expect(sent).toEqual([]);
});

describe('what the house holds back', () => {
  it('is sent again after the time it names, under the same id', async () => {
    answers = [held(10, false)];
    const dispatcher = dispatcherOf(1_000);
    dispatcher.at(0, errand('a'));
    dispatcher.at(3, errand('b'));
    const run = dispatcher.run(stop.signal);
    await pass(20);
    await run;
    expect(sent).toEqual([
      { id: 'a', atMs: 0 },
      { id: 'b', atMs: 3 },
      { id: 'a', atMs: 10 },
    ]);
    expect(tally.heldBack).toEqual(new Map([['busy', 1]]));
    expect(tally.total).toBe(2);
  });

  it('holds back everybody where the limit is everybody’s', async () => {
    answers = [held(10, true)];
    const dispatcher = dispatcherOf(1_000);
    dispatcher.at(0, errand('a'));
    dispatcher.at(3, errand('b'));
    const run = dispatcher.run(stop.signal);
    await pass(20);
    await run;
    expect(sent.slice(1).every(({ atMs }) => atMs >= 10)).toBe(true);
    expect(idsOf()).toHaveLength(3);
  });

  it('is given up after twenty times, as a fault', async () => {
    answers = Array<Outcome>(20).fill(held(1, false));
    const dispatcher = dispatcherOf(1_000);
    dispatcher.at(0, errand('a'));
    const run = dispatcher.run(stop.signal);
    await pass(60);
    await run;
    expect(sent).toHaveLength(20);
    expect(tally.of('register').faults).toBe(1);
  });
});

describe('the end', () => {
  it('sends no more after a stop, and waits for what is under way', async () => {
    const late = Promise.withResolvers<Outcome>();
    answers = [late.promise];
    const dispatcher = dispatcherOf(1_000);
    dispatcher.at(0, errand('a'));
    dispatcher.at(50, errand('b'));
    let ended = false;
    const run = dispatcher.run(stop.signal).then(() => {
      ended = true;
    });
    await pass(10);
    stop.abort();
    await pass(100);
    expect(ended).toBe(false);
    late.resolve(accepted);
    await pass(5);
    await run;
    expect(idsOf()).toEqual(['a']);
    expect(tally.total).toBe(1);
  });

  it('comes by itself when the house answers nothing but faults', async () => {
    answers = Array<Outcome>(100).fill({ kind: 'fault', message: 'gone' });
    const dispatcher = dispatcherOf(1_000);
    for (let i = 0; i < 100; i++) dispatcher.at(i * 10, errand(String(i)));
    const run = dispatcher.run(stop.signal);
    await pass(700);
    await run;
    expect(dispatcher.houseIsGone).toBe(true);
    expect(sent).toHaveLength(50);
  });
});
