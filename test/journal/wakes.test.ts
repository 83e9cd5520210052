import { beforeEach, describe, expect, it } from '@jest/globals';
import { instant } from '../../src/domain/time.js';
import { Wakes, type WakesParts } from '../../src/journal/wakes.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { LineLog } from '../support/line-log.js';

let runtime: ManualRuntime;
let log: LineLog;
let asked: number;
beforeEach(() => {
  runtime = new ManualRuntime(instant(Date.UTC(2026, 0, 1, 12)));
  log = new LineLog();
  asked = 0;
});

const wakesOf = (parts: Partial<WakesParts> = {}): Wakes =>
  new Wakes({
    runtime,
    log,
    pollMs: 100,
    listen: (signal, listening) => {
      listening();
      return runtime.sleep(1_000_000, signal);
    },
    ask: async () => {
      asked += 1;
    },
    ...parts,
  });

const settle = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await runtime.yield();
};

it('wakes every reader that has not gone, also when one of them throws', async () => {
  const wakes = wakesOf();
  const woken: string[] = [];
  wakes.subscribe(() => {
    throw new Error('badly made');
  });
  const gone = wakes.subscribe(() => woken.push('gone'));
  wakes.subscribe(() => woken.push('there'));
  await gone.close();
  wakes.wakeAll();
  expect(woken).toEqual(['there']);
  expect(log.lines.map(({ message }) => message)).toEqual(['a reader failed when it was woken']);
  await wakes.close();
});

describe('the store', () => {
  it('is asked every so often while somebody reads, and not otherwise', async () => {
    const wakes = wakesOf();
    const reader = wakes.subscribe(() => undefined);
    await settle();
    runtime.advanceBy(100);
    await settle();
    expect(asked).toBe(2);
    await reader.close();
    runtime.advanceBy(100);
    await settle();
    expect(asked).toBe(2);
    await wakes.close();
  });

  it('is listened to again after the connection was lost, which is told once', async () => {
    let listens = 0;
    const wakes = wakesOf({
      listen: async (signal, listening) => {
        listens += 1;
        if (listens < 3) throw new Error('the connection was lost');
        listening();
        await runtime.sleep(1_000_000, signal);
      },
    });
    wakes.subscribe(() => undefined);
    await settle();
    for (let i = 0; i < 2; i++) {
      runtime.advanceBy(2_000);
      await settle();
    }
    expect(listens).toBe(3);
    const told = log.lines.filter(({ level }) => level !== 'debug');
    expect(told.map(({ message, fields }) => [message, fields['task']])).toEqual([
      ['failed; trying again', 'the journal’s notifications'],
      ['works again', 'the journal’s notifications'],
    ]);
    await wakes.close();
  });
});
