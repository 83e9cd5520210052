// The port of our own PostgreSQL over restarts, and what happens when a program has taken it.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { isFree, keepPort, keptPort } from '../../src/embedded/kept-port.js';
import { silentLog } from '../../src/runtime/log.js';
import { LineLog } from '../support/line-log.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

const HOST = '127.0.0.1';
let scratch: Scratch;
beforeEach(() => {
  scratch = scratchDirectory('kept-port');
});
afterEach(() => scratch.remove());

it('is the same until a program has taken it', async () => {
  const first = await keptPort(scratch.path, HOST, silentLog);
  expect(first).toBeGreaterThanOrEqual(20_000);
  expect(first).toBeLessThan(32_000);
  await keepPort(scratch.path, first);
  expect(await keptPort(scratch.path, HOST, silentLog)).toBe(first);

  const other = createServer().listen(first, HOST);
  await once(other, 'listening');
  try {
    expect(await isFree(first, HOST)).toBe(false);
    const log = new LineLog();
    const second = await keptPort(scratch.path, HOST, log);
    expect(second).not.toBe(first);
    expect(log.lines).toEqual([expect.objectContaining({ level: 'warn', fields: { port: second, taken: first } })]);
    await keepPort(scratch.path, second);
    expect(readFileSync(join(scratch.path, 'port'), 'utf8')).toBe(`${second}\n`);
  } finally {
    other.close();
    await once(other, 'close');
  }
});

it.each(['', 'x', '0', '65536'])('is chosen anew where its file says "%s"', async (text) => {
  writeFileSync(join(scratch.path, 'port'), text);
  expect(await keptPort(scratch.path, HOST, silentLog)).toBeGreaterThanOrEqual(20_000);
});
