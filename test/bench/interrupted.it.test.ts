// A measurement that is ended by a signal: nothing that it started runs on, and nothing that it wrote stays.
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { processesOf } from '../support/processes.js';
import { describeWithKafka } from '../support/requires.js';
import { GavelProcess } from '../support/run-gavel.js';
import { programDirectory, type Scratch } from '../support/scratch.js';

let scratch: Scratch;
let bench: GavelProcess;
beforeEach(() => {
  scratch = programDirectory('bench');
});
afterEach(async () => {
  for (const { pid } of processesOf(scratch.path)) process.kill(pid, 'SIGKILL');
  await bench.end();
  scratch.remove();
});

/** Resolves when it has said this and goes on. */
async function start(args: readonly string[], said: string): Promise<void> {
  bench = GavelProcess.start(args, { TMPDIR: scratch.path }, 'bench');
  await eventually(`"${said}"`, () => bench.stderr.includes(said) || bench.hasEnded(), 150_000);
  expect(bench).toMatchObject({ stderr: expect.stringContaining(said), stdout: '' });
  expect(readdirSync(scratch.path)).toEqual([expect.stringMatching(/^gavel-bench-/)]);
}

async function nothingIsLeft(): Promise<void> {
  await eventually('all processes to be gone', () => processesOf(scratch.path).length === 0);
  expect(readdirSync(scratch.path)).toEqual([]);
}

it('ends at the first of two signals with PostgreSQL and its files', async () => {
  await start(['journal'], 'appending batches');
  expect(processesOf(scratch.path).map(({ command }) => command)).toContainEqual(expect.stringContaining('postgres'));
  bench.child.kill('SIGINT');
  await eventually('the first to be heard', () => bench.stderr.includes('SIGINT'));
  bench.child.kill('SIGTERM');
  const { code, stdout, stderr } = await bench.end();
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(stderr).toMatch(/\ngavel: SIGINT: ending, with everything that was started\n$/);
  await nothingIsLeft();
}, 60_000);

describeWithKafka('a measurement over Kafka', () => {
  it('ends with its roles, the broker, PostgreSQL and all files', async () => {
    await start(['kafka'], 'registering');
    const commands = processesOf(scratch.path).map(({ command }) => command);
    for (const what of ['kafka.Kafka', 'postgres', ' engine', ' projector'])
      expect(commands).toContainEqual(expect.stringContaining(what));
    bench.child.kill('SIGTERM');
    const { code, stdout, stderr } = await bench.end();
    expect({ code, stdout }).toEqual({ code: 143, stdout: '' });
    expect(stderr).toMatch(/\ngavel: SIGTERM: ending, with everything that was started\n$/);
    await nothingIsLeft();
  }, 200_000);
});
