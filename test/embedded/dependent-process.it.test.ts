// Whatever we start that is no server of its own right ends with us.
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { runProgram } from '../../src/embedded/dependent-process.js';
import { eventually } from '../support/eventually.js';
import { processesOf } from '../support/processes.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';
import { killProcesses, runTypescript } from '../support/typescript-process.js';

const listeners = process.listenerCount('exit');
let scratch: Scratch | undefined;
afterEach(async () => {
  await killProcesses();
  for (const { pid } of scratch === undefined ? [] : processesOf(scratch.path)) process.kill(pid, 'SIGKILL');
  scratch?.remove();
});

it('gives the output of a program, and refuses one that fails with what it said', async () => {
  const node = (source: string) => runProgram(process.execPath, ['--eval', source]);
  await expect(node('console.log("out"); console.error("err")')).resolves.toEqual({ stdout: 'out\n', stderr: 'err\n' });
  const failing = node('console.error("why"); process.exit(3)');
  await expect(failing).rejects.toMatchObject({ code: 3, stderr: 'why\n' });
  await expect(runProgram('/nowhere/program', [])).rejects.toMatchObject({ code: 'ENOENT' });
});

it('keeps nothing of programs that have ended or could not be run', async () => {
  const nobody = () => process.listenerCount('exit') === listeners;
  const running = [runProgram(process.execPath, ['--eval', '']), runProgram('/nowhere/program', [])];
  const settled = Promise.allSettled(running);
  expect(nobody()).toBe(false);
  await settled;
  await eventually('nothing to end any more', nobody);
});

it('ends what was started, with a group of its own or not, when this process exits', async () => {
  scratch = scratchDirectory('dependents');
  const module = JSON.stringify(join(process.cwd(), 'src/embedded/dependent-process.ts'));
  const options = `{ detached: true, stdio: 'ignore', cwd: ${JSON.stringify(scratch.path)} }`;
  const { pid } = await runTypescript(`
    import { spawn } from 'node:child_process';
    const { endWithUs, runProgram } = await import(${module});
    const args = ['--eval', 'setInterval(() => undefined, 1_000)'];
    const server = spawn(process.execPath, args, ${options});
    endWithUs(server, 'SIGINT');
    void runProgram(process.execPath, args, ${options});
    process.once('SIGTERM', () => process.exit(3));
    setInterval(() => undefined, 1_000);
    console.log('started');
  `);
  const { path } = scratch;
  const dependents = () => processesOf(path).filter((one) => one.pid !== pid);
  await eventually('both to run', () => dependents().length === 2);
  process.kill(pid, 'SIGTERM');
  await eventually('both to be gone', () => dependents().length === 0);
});
