import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

let scratch: Scratch;
beforeEach(() => {
  scratch = scratchDirectory('launcher');
});
afterEach(() => scratch.remove());

function launcher(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join('scripts', 'gavel.mjs'), ...args], { encoding: 'utf8' });
}

describe('the launcher', () => {
  it('leaves stdout to the program and hands on its arguments and exit code', () => {
    const help = launcher('--help');
    expect(help.status).toBe(0);
    expect(help.stdout).toMatch(/^Usage: gavel/);
    const refused = launcher('--no-such-option');
    expect(refused.status).toBe(1);
    expect(refused.stdout).toBe('');
    expect(refused.stderr).toContain('--no-such-option');
  });
});

describe('its lock', () => {
  /** Holds the lock for a moment, and marks in a file when it came in and went out. */
  function holder() {
    const source = `
      import { appendFileSync } from 'node:fs';
      import { setTimeout as sleep } from 'node:timers/promises';
      import { withLock } from ${JSON.stringify(join(process.cwd(), 'scripts', 'lock.mjs'))};
      const mark = (word) => appendFileSync(${JSON.stringify(join(scratch.path, 'marks'))}, word + '\\n');
      await withLock(${JSON.stringify(join(scratch.path, 'lock'))}, 'the test', async () => {
        mark('in');
        await sleep(50);
        mark('out');
      });
    `;
    return spawn(process.execPath, ['--input-type=module', '--eval', source], { stdio: ['ignore', 'ignore', 'pipe'] });
  }

  async function runTogether(count: number): Promise<string[]> {
    const children = Array.from({ length: count }, holder);
    const ends = await Promise.all(children.map(async (child) => [once(child, 'close'), text(child.stderr)] as const));
    for (const [closed, errors] of ends)
      expect({ code: (await closed)[0], errors: await errors }).toMatchObject({ code: 0 });
    return readFileSync(join(scratch.path, 'marks'), 'utf8').trim().split('\n');
  }

  it('lets one in at a time, and is gone afterwards', async () => {
    expect(await runTogether(4)).toEqual(Array.from({ length: 4 }, () => ['in', 'out']).flat());
    expect(existsSync(join(scratch.path, 'lock'))).toBe(false);
  });

  it('is taken over by one when its holder has died', async () => {
    const dead = spawnSync('true').pid;
    writeFileSync(join(scratch.path, 'lock'), `${hostname()} ${dead} token`);
    expect(await runTogether(4)).toEqual(Array.from({ length: 4 }, () => ['in', 'out']).flat());
  });

  it('is taken over when a holder on another machine has not touched it for a minute', async () => {
    writeFileSync(join(scratch.path, 'lock'), `elsewhere ${process.pid} token`);
    const longAgo = new Date(Date.now() - 61_000);
    utimesSync(join(scratch.path, 'lock'), longAgo, longAgo);
    expect(await runTogether(1)).toEqual(['in', 'out']);
  });
});
