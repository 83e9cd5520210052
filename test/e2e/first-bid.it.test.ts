// A stranger's first minutes: start, paste what is printed, stop, start again; and starts after every kind of death.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { GavelProcess, plainEnvironment, runGavel } from '../support/run-gavel.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

// Several starts of a real PostgreSQL, on a machine that may be busy.
jest.setTimeout(180_000);

let scratch: Scratch;
let settings: Readonly<Record<string, string>>;
let started: GavelProcess[] = [];

beforeEach(() => {
  scratch = scratchDirectory('first-bid');
  settings = { GAVEL_DATA: join(scratch.path, 'data'), GAVEL_HTTP_PORT: '0' };
});

afterEach(async () => {
  for (const gavel of started) {
    gavel.child.kill('SIGINT');
    await gavel.end();
  }
  started = [];
  scratch.remove();
});

async function start(): Promise<GavelProcess> {
  const gavel = GavelProcess.start(['up'], settings);
  started.push(gavel);
  await gavel.printed('Ctrl-C drains and stops.');
  return gavel;
}

/** What is printed to be pasted, run by another shell that knows of no setting. */
async function pasted(gavel: GavelProcess): Promise<readonly string[]> {
  const commands = gavel.stdout.split('\n').filter((line) => /^(GAVEL_DATA=\S+ )?(npm|curl) /.test(line));
  const outputs: string[] = [];
  for (const command of commands) {
    const { stdout } = await promisify(execFile)('bash', ['-c', command], { env: plainEnvironment() });
    outputs.push(stdout.trim());
  }
  return outputs;
}

const addressOf = ({ stdout }: GavelProcess): string => /API\s+(http:\S+)/.exec(stdout)?.[1] ?? '';
const pidIn = (...file: string[]): number =>
  Number(readFileSync(join(scratch.path, 'data', ...file), 'utf8').split('\n')[0]);

async function auction(gavel: GavelProcess, id: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${addressOf(gavel)}/auctions/${id}`);
  expect(response.status).toBe(200);
  return response.json() as Promise<Record<string, unknown>>;
}

it('takes a bid by the printed commands, and keeps it over Ctrl-C and kill -9 of Node and of PostgreSQL', async () => {
  let gavel = await start();
  const [token, listed, bid] = await pasted(gavel);
  expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  const { auctionId } = JSON.parse(listed ?? '');
  expect(JSON.parse(listed ?? '')).toMatchObject({ outcome: 'accepted' });
  expect(JSON.parse(bid ?? '')).toMatchObject({ outcome: 'accepted', auctionId, bidNumber: 1, currentPrice: '1000' });

  const story = await runGavel(['history', auctionId], settings);
  expect(story.stdout).toContain('ann places bid 1 (proxy): price USD 10.00, ann leads with bid 1');

  gavel.child.kill('SIGINT');
  expect(await gavel.end()).toMatchObject({ code: 0, stderr: '' });
  expect(gavel.stdout).toMatch(/SIGINT: draining.*\nStopped\.\n$/);

  const isKept = async () => {
    gavel = await start();
    expect(gavel.stdout).toMatch(
      /Nothing was lost: 1 auction is open, the journal stands at position 5, and Silver shows all/,
    );
    expect(await auction(gavel, auctionId)).toMatchObject({ status: 'open', currentPrice: '1000', bidCount: 1 });
  };
  await isKept();

  process.kill(pidIn('gavel.pid'), 'SIGKILL');
  await gavel.end();
  await isKept();

  const postgres = pidIn('postgres', 'data', 'postmaster.pid');
  process.kill(pidIn('gavel.pid'), 'SIGKILL');
  process.kill(postgres, 'SIGKILL');
  await gavel.end();
  await isKept();
});

it('refuses a second start on the same data with one line, and leaves the first alone', async () => {
  const gavel = await start();
  const second = await runGavel(['up'], settings);
  expect(second).toEqual({
    code: 1,
    stdout: '',
    stderr: `gavel: another gavel (pid ${pidIn('gavel.pid')}) already runs on ${settings['GAVEL_DATA']}\n`,
  });
  const ready = await fetch(`${addressOf(gavel)}/health/ready`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ details: { bronze: { status: 'up', detail: 'running' } } });
});

it('refuses a taken port with one line and leaves nothing running', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await eventually('the port to be taken', () => other.listening);
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const { code, stdout, stderr } = await runGavel(['up'], { ...settings, GAVEL_HTTP_PORT: String(port) });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      `gavel: port ${port} on 127.0.0.1 is taken by another program; GAVEL_HTTP_PORT chooses another\n`,
    );
  } finally {
    other.close();
  }
  // The lock is free and no server is left: the same data directory starts on another port.
  await start();
});

it('drains at the first Ctrl-C and ends at once at the second', async () => {
  const gavel = await start();
  const { hostname, port } = new URL(addressOf(gavel));
  // A request that never ends keeps the API draining.
  const slow = connect(Number(port), hostname);
  slow.on('error', () => undefined);
  slow.write('POST /users HTTP/1.1\r\nHost: gavel\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{');
  await eventually('the request to arrive', () => slow.bytesWritten > 0 && !slow.connecting);
  gavel.child.kill('SIGINT');
  await gavel.printed('SIGINT: draining');
  // Past the launcher, which takes a second signal within a moment for the same one.
  process.kill(pidIn('gavel.pid'), 'SIGINT');
  expect(await gavel.end()).toMatchObject({ code: 1, stderr: 'gavel: SIGINT again: stopping at once\n' });
  slow.destroy();
  expect((await start()).stdout).toContain('Nothing was lost');
});

it('ends when its database is lost, and starts clean after it', async () => {
  const gavel = await start();
  process.kill(pidIn('postgres', 'data', 'postmaster.pid'), 'SIGKILL');
  const { code, stderr } = await gavel.end();
  expect(code).toBe(1);
  expect(stderr).toMatch(/^gavel: PostgreSQL \(pid \d+\) ended by SIGKILL/m);
  expect((await start()).stdout).toContain('Nothing was lost: 0 auctions are open');
});

it.each([
  [
    'a file as data directory',
    { GAVEL_DATA: 'package.json' },
    /^gavel: the data directory \S+package\.json \(GAVEL_DATA\) cannot be used: .+\n$/,
  ],
  [
    'a bad value',
    { GAVEL_HTTP_PORT: 'x' },
    /^gavel: GAVEL_HTTP_PORT is "x"; it must be a whole number from 0 to 65535\n$/,
  ],
  [
    'a misspelt name',
    { GAVEL_HTTP_PROT: '1' },
    /^gavel: GAVEL_HTTP_PROT is not a setting; the nearest is GAVEL_HTTP_PORT .*\n$/,
  ],
  [
    'a database that is not there',
    { GAVEL_POSTGRES_URL: 'postgres://gavel:secret@127.0.0.1:1/gavel' },
    /^gavel: PostgreSQL at 127\.0\.0\.1:1 \(GAVEL_POSTGRES_URL\) cannot be used: connect ECONNREFUSED 127\.0\.0\.1:1\n$/,
  ],
])('refuses %s with one line', async (_, wrong, line) => {
  const { code, stdout, stderr } = await runGavel(['up'], { ...settings, ...wrong });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(line);
});
