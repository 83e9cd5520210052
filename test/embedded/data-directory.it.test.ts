import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { acquireDataDirectory } from '../../src/embedded/data-directory.js';
import { scratchDirectory } from '../support/scratch.js';
import { killProcesses, runTypescript } from '../support/typescript-process.js';

let scratch: ReturnType<typeof scratchDirectory>;
let directory: string;

beforeEach(() => {
  scratch = scratchDirectory('data-directory');
  directory = join(scratch.path, 'gavel');
});
afterEach(async () => {
  await killProcesses();
  scratch.remove();
});

/** Another process that takes the directory, says so and waits to be killed. */
async function otherGavel() {
  const child = await runTypescript(`
    const { acquireDataDirectory } = await import(${JSON.stringify(join(process.cwd(), 'src/embedded/data-directory.ts'))});
    await acquireDataDirectory(${JSON.stringify(directory)});
    console.log('taken');
    setInterval(() => undefined, 1000);
  `);
  expect(child.printed).toBe('taken\n');
  return child;
}

it('makes the directory for its owner only', async () => {
  const taken = await acquireDataDirectory(directory);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  taken.release();
});

it('refuses a second one in one line that names the process and the directory', async () => {
  const taken = await acquireDataDirectory(directory);
  await expect(acquireDataDirectory(directory)).rejects.toMatchObject({
    code: 'DataDirectoryInUse',
    message: `another gavel (pid ${process.pid}) already runs on ${directory}`,
  });
  taken.release();
});

it('refuses while another process holds it', async () => {
  const other = await otherGavel();
  await expect(acquireDataDirectory(directory)).rejects.toThrow(
    `another gavel (pid ${other.pid}) already runs on ${directory}`,
  );
});

it('is free again at once after a kill -9, whoever has the old number now', async () => {
  await otherGavel();
  await killProcesses();
  // As if the number had been given to a process that is alive.
  const stranger = spawn('sleep', ['60']);
  writeFileSync(join(directory, 'gavel.pid'), `${stranger.pid}\n`);
  const taken = await acquireDataDirectory(directory);
  taken.release();
  stranger.kill('SIGKILL');
  await once(stranger, 'exit');
});

it('is free after release, leaves no pid file, and may be released twice', async () => {
  const first = await acquireDataDirectory(directory);
  first.release();
  expect(existsSync(join(directory, 'gavel.pid'))).toBe(false);
  const second = await acquireDataDirectory(directory);
  first.release();
  await expect(acquireDataDirectory(directory)).rejects.toMatchObject({ code: 'DataDirectoryInUse' });
  second.release();
});
