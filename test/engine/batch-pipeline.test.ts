// What a round may do when. What becomes of bids in it is told by batches-in-flight.test.ts and two-engines.test.ts.
import { expect, it } from '@jest/globals';
import { commandId } from '../../src/domain/ids.js';
import { BatchPipeline } from '../../src/engine/batch-pipeline.js';
import { PendingCommand } from '../../src/engine/pending-command.js';
import type { Round } from '../../src/engine/round.js';
import { silentLog } from '../../src/runtime/log.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { ann, noon } from '../support/memory-house.js';

const runtime = new ManualRuntime(noon);
const nothing = async () => [];

function open() {
  const forgotten: string[] = [];
  const forget = (key: string) => forgotten.push(key);
  const around = { runtime, log: silentLog, attemptsMax: 3, retryAfterMs: 200, recorded: () => undefined };
  return { pipeline: new BatchPipeline({ ...around, forget }), forgotten };
}

const pending = () =>
  new PendingCommand({
    command: { type: 'VerifyUser', userId: ann },
    commandId: commandId(runtime.uuid()),
    actor: { kind: 'house' },
    correlationId: null,
    arrivedAt: noon,
    partition: 0,
  });

it('a batch whose commands stay open is judged again, at most so often, and is busy then', async () => {
  const { pipeline } = open();
  const attempts: number[] = [];
  const outcomes = await pipeline.run([pending()], async (round) => {
    attempts.push(round.attempt);
    await pipeline.judging(round, async () => undefined);
    await pipeline.appending(round, nothing);
    pipeline.answered(round);
  });
  expect(attempts).toEqual([1, 2, 3]);
  expect(outcomes).toEqual([{ status: 'busy', retryAfterMs: 200 }]);
});

it.each([
  ['appended before it was judged', (pipeline: BatchPipeline, round: Round) => pipeline.appending(round, nothing)],
  ['answered before it was appended', async (pipeline: BatchPipeline, round: Round) => pipeline.answered(round)],
])('a round that is %s fails, and its commands with it', async (_, skip) => {
  const { pipeline, forgotten } = open();
  const one = pending();
  const outcomes = await pipeline.run([one], (round) => skip(pipeline, round));
  expect(outcomes).toMatchObject([{ status: 'fault', code: 'JournalUnavailable', retryable: true }]);
  expect(forgotten).toEqual([one.key]);
});

it('a round waits until the one before it is judged, however long that takes to load', async () => {
  const { pipeline } = open();
  const told: string[] = [];
  const run = (name: string, load: () => Promise<void>) =>
    pipeline.run([pending()], async (round) => {
      await pipeline.judging(round, async () => {
        await load();
        told.push(name);
      });
      for (const command of round.commands) command.answer({ status: 'throttled', retryAfterMs: 1 });
      await pipeline.appending(round, nothing);
      pipeline.answered(round);
    });
  const slowly = () => new Promise<void>((resolve) => setImmediate(resolve));
  await Promise.all([run('first', slowly), run('second', async () => undefined)]);
  expect(told).toEqual(['first', 'second']);
});

it('what comes behind a command that met a fault is held back until its sender has the answer', async () => {
  const { pipeline } = open();
  const one = pending();
  await pipeline.run([one], () => Promise.reject(new Error('unreachable')));
  expect(pipeline.isHeldBack(one.key)).toBe(true);
  pipeline.release([one]);
  expect(pipeline.isHeldBack(one.key)).toBe(true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(pipeline.isHeldBack(one.key)).toBe(false);
});
