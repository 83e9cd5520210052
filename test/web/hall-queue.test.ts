// A clerk's commands on a network that fails: in order, under their own ids, until the house has judged each of them.
import { expect, it } from '@jest/globals';
import { CommandQueue } from '../../web/src/desk/hall/queue.js';
import type { Judged, Said } from '../../web/src/desk/hall/said.js';

const open = (auctionId: string): Said => ({ act: 'open', input: { auctionId } });
const DONE: Judged = { message: null, revision: 1 };

/** A house that answers when the test says so, and pauses that end when the test says so. */
function hall(kept = new Map<string, string>()) {
  const sent: [commandId: string, lot: string][] = [];
  const answers: ((judgement: Judged | null) => void)[] = [];
  const pauses: (readonly [ms: number, end: () => void])[] = [];
  const told: [lot: string, message: string | null, wasLate: boolean][] = [];
  let ids = 0;
  const make = () =>
    new CommandQueue({
      key: 'the sale',
      keep: {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, text) => void kept.set(key, text),
        removeItem: (key) => void kept.delete(key),
      },
      send: (commandId, { input }) => {
        sent.push([commandId, input.auctionId]);
        return new Promise((resolve) => answers.push(resolve));
      },
      newId: () => `id ${++ids}`,
      nowMs: () => 1_000,
      pause: (ms) => new Promise((end) => pauses.push([ms, end])),
      told: ({ said }, { message }, wasLate) => told.push([said.input.auctionId, message, wasLate]),
    });
  const turn = () => new Promise((done) => setImmediate(done));
  const answer = async (judgement: Judged | null) => {
    answers.shift()?.(judgement);
    await turn();
  };
  /** Ends the pauses of this length. */
  const passed = async (ms: number) => {
    for (const [length, end] of pauses.splice(0)) if (length === ms) end();
    await turn();
  };
  return { queue: make(), sent, told, kept, answer, passed };
}

it('sends one at a time, in order', async () => {
  const { queue, sent, told, answer, kept } = hall();
  queue.say(open('a'));
  queue.say(open('b'));
  expect([sent, queue.waiting.value.length]).toEqual([[['id 1', 'a']], 2]);
  await answer(DONE);
  expect(sent).toEqual([
    ['id 1', 'a'],
    ['id 2', 'b'],
  ]);
  await answer({ message: 'No.', revision: null });
  expect(told).toEqual([
    ['a', null, false],
    ['b', 'No.', false],
  ]);
  expect([queue.waiting.value, kept.size]).toEqual([[], 0]);
});

it('sends the same command again under the same id, then those behind it, and says that they were late', async () => {
  const { queue, sent, told, answer, passed } = hall();
  queue.say(open('a'));
  await answer(null);
  expect(queue.silentSince.value).toBe(1_000);
  queue.say(open('b'));
  expect(sent.length).toBe(1);
  await passed(250);
  await answer(null);
  await passed(500);
  await answer(DONE);
  await answer(DONE);
  expect(sent.map(([id]) => id)).toEqual(['id 1', 'id 1', 'id 1', 'id 2']);
  expect(told).toEqual([
    ['a', null, true],
    ['b', null, true],
  ]);
  expect(queue.silentSince.value).toBeNull();
  queue.say(open('c'));
  await answer(DONE);
  expect(told.at(-1)).toEqual(['c', null, false]);
});

it('takes no answer within five seconds for a network that fails', async () => {
  const { queue, sent, passed } = hall();
  queue.say(open('a'));
  await passed(5_000);
  expect(queue.silentSince.value).toBe(1_000);
  await passed(250);
  expect(sent.map(([id]) => id)).toEqual(['id 1', 'id 1']);
});

it('keeps what waits over a reload of the page', async () => {
  const first = hall();
  first.queue.say(open('a'));
  first.queue.stop();
  const second = hall(first.kept);
  expect(second.sent).toEqual([['id 1', 'a']]);
  await second.answer(DONE);
  expect([second.told, second.kept.size]).toEqual([[['a', null, true]], 0]);
});

it('sends nothing further once it is stopped', async () => {
  const { queue, sent, answer, kept } = hall();
  queue.say(open('a'));
  queue.say(open('b'));
  queue.stop();
  await answer(DONE);
  expect([sent.length, [...kept.values()].length]).toEqual([1, 1]);
});
