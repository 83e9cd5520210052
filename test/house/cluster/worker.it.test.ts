// One process of a role under watch: how it comes up, how it is replaced, and what becomes of one that cannot be run.
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { Worker } from '../../../src/house/cluster/worker.js';
import { OperatorError } from '../../../src/runtime/operator-error.js';
import { eventually } from '../../support/eventually.js';
import { processesOf } from '../../support/processes.js';
import { scratchDirectory } from '../../support/scratch.js';
import { killProcesses, runTypescript } from '../../support/typescript-process.js';

const scratch = scratchDirectory('worker');
afterEach(async () => {
  await killProcesses();
  for (const { pid } of processesOf(scratch.path)) process.kill(pid, 'SIGKILL');
});
afterAll(() => scratch.remove());

const worker = (program: string, source: string) => {
  const said: string[] = [];
  const one = new Worker({
    role: 'relay',
    number: 1,
    command: [program, '--eval', source],
    env: process.env,
    said: (line) => said.push(line),
    changed: () => undefined,
  });
  return { one, said };
};

it.each([
  ['a program that cannot be run', '/nowhere/node', '', 'spawn /nowhere/node ENOENT'],
  ['a process that ends without a word', process.execPath, 'process.exit(3)', 'ended by code 3'],
  [
    'a process that says why it ends',
    process.execPath,
    'console.error("gavel: warming up\\n{}\\ngavel: port 1 is taken"); process.exit(1)',
    'port 1 is taken',
  ],
])('rejects with the cause for %s, and starts no other', async (_, program, source, cause) => {
  const { one, said } = worker(program, source);
  await expect(one.start()).rejects.toThrow(new OperatorError(`relay 1 ended before it was up: ${cause}`));
  await one.stop();
  expect(said.join()).not.toContain('another takes its place');
});

it('puts another in the place of one that has died', async () => {
  const { one, said } = worker(
    process.execPath,
    'console.log("Gavel relay is up at http://" + process.pid); setInterval(() => undefined, 1_000)',
  );
  await one.start();
  const first = one.state();
  expect(first).toEqual({ role: 'relay', number: 1, pid: expect.any(Number), url: `http://${first.pid}` });
  process.kill(first.pid ?? 0, 'SIGKILL');
  const isReplaced = () => one.state().url !== null && one.state().pid !== first.pid;
  await eventually('another', isReplaced);
  expect(said).toContain('ended by SIGKILL; another takes its place');
  await one.stop();
  expect(one.state()).toMatchObject({ pid: null, url: null });
});

it('does not outlive whoever watches it, whatever it thinks of that', async () => {
  const module = JSON.stringify(join(process.cwd(), 'dist', 'src', 'house', 'cluster', 'worker.js'));
  const stubborn = `
    for (const name of ['SIGTERM', 'disconnect']) process.on(name, () => undefined);
    setInterval(() => undefined, 1_000);
    console.log('Gavel relay is up at here');`;
  const { pid } = await runTypescript(`
    const { Worker } = await import(${module});
    const command = [process.execPath, '--eval', ${JSON.stringify(stubborn)}];
    const env = { ...process.env, WHERE: ${JSON.stringify(scratch.path)} };
    const worker = new Worker({ role: 'relay', number: 1, command, env, said() {}, changed() {} });
    process.once('SIGTERM', () => process.exit(1));
    await worker.start();
    console.log('up');
  `);
  const workers = () => processesOf(scratch.path).filter((one) => one.pid !== pid);
  expect(workers()).toHaveLength(1);
  process.kill(pid, 'SIGTERM');
  await eventually('it to be gone', () => workers().length === 0);
});
