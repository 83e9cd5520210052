// `gavel watch` showed the prices of whatever house answered on the settings' port: another one's, when two ran. Commands
// find the house that is open on their data directory, and say which one it is. `gavel history` takes what `watch` prints.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { runtime, secret, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { processesOf } from '../support/processes.js';
import { GavelProcess, runGavel } from '../support/run-gavel.js';
import { scratchDirectory } from '../support/scratch.js';

const scratch = scratchDirectory('which-house');
const settingsOf = (name: string): Record<string, string> => ({
  GAVEL_DATA: join(scratch.path, name),
  GAVEL_HTTP_PORT: '0',
  GAVEL_JWT_SECRET: new TextDecoder().decode(secret),
});

type Open = Readonly<{ gavel: GavelProcess; url: string; data: string; settings: Record<string, string> }>;

async function open(name: string): Promise<Open> {
  const settings = settingsOf(name);
  const gavel = GavelProcess.start(['up'], settings);
  await gavel.printed('Ctrl-C drains and stops.', 120_000);
  const [, url = ''] = /API +(\S+)/.exec(gavel.stdout) ?? [];
  return { gavel, url, data: settings['GAVEL_DATA'] ?? '', settings };
}

const sue = userId(runtime.uuid());

async function post({ url }: Open, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${await tokenFor(sue, 'seller')}`, 'content-type': 'application/json' };
  const { status } = await fetch(new URL(path, url), { method: 'POST', headers, body: JSON.stringify(body) });
  expect([path, status]).toEqual([path, 201]);
}

const list = (house: Open, auctionId: string, title: string): Promise<void> =>
  post(house, '/auctions', {
    auctionId,
    item: { title, category: 'Clocks' },
    terms: { currency: 'USD', startingPrice: '1000' },
    durationMs: 3_600_000,
  });

let [north, south]: Open[] = [];
const houses = (): readonly [Open, Open] => {
  if (north === undefined || south === undefined) throw new Error('the houses are not open');
  return [north, south];
};
const clock = '0190f5a2-7c1e-7d3a-9b1c-2f6d8e4a7b10';
const lamp = '0190f5a2-7c1e-7d3a-9b1c-2f6d8e4a7b11';
const globe = '0190f5a2-7c1f-7d3a-9b1c-2f6d8e4a7b10';

beforeAll(async () => {
  [north, south] = await Promise.all([open('north'), open('south')]);
  for (const house of houses()) await post(house, '/users', { username: 'sue' });
  await list(houses()[0], runtime.uuid(), 'A clock of the north');
  for (const [id, title] of [
    [clock, 'A clock of the south'],
    [lamp, 'A lamp'],
    [globe, 'A globe'],
  ] as const)
    await list(houses()[1], id, title);
}, 240_000);
afterAll(() => {
  for (const { pid } of processesOf(scratch.path)) process.kill(pid, 'SIGKILL');
  scratch.remove();
});

describe('of two houses', () => {
  it('watch shows the one on its data directory, and says so', async () => {
    const [, { url, data, settings }] = houses();
    // The port of the settings is no matter: a house may have been started with another.
    const watch = GavelProcess.start(['watch'], { ...settings, GAVEL_HTTP_PORT: '3000' });
    await watch.printed('A globe: USD 10.00');
    watch.child.kill('SIGINT');
    const { stdout, stderr } = await watch.end();
    expect(stderr).toContain(`gavel: watching the house at ${url}, data in ${data}\n`);
    expect(stdout).toContain(' 0190f5a2-7c1e A clock of the south: USD 10.00');
    expect(stdout).not.toContain('north');
  });

  it('watch shows the one that --url names, whatever the data directory', async () => {
    const [{ url }, { settings }] = houses();
    const watch = GavelProcess.start(['watch', '--url', url], settings);
    await watch.printed('A clock of the north');
    watch.child.kill('SIGINT');
    const { stdout, stderr } = await watch.end();
    expect(stderr).toContain(`gavel: watching the house at ${url}\n`);
    expect(stdout).not.toContain('south');
  });

  it('generate plays in the one on its data directory, and says so', async () => {
    const [, { url, data, settings }] = houses();
    const few = ['--users', '20', '--items', '1', '--bids', '0', '--fraud', '0', '--rate', '1', '--duration', '1m'];
    const answers = join(scratch.path, 'answers.jsonl');
    const generate = GavelProcess.start(['generate', ...few, '--answers', answers], settings);
    await eventually('generate to say where', () => /playing in/.test(generate.stderr), 60_000);
    generate.child.kill('SIGINT');
    expect((await generate.end()).stderr).toContain(`gavel: playing in the house at ${url}, data in ${data}\n`);
  });

  it('history tells of the auction whose first letters watch prints, and says whose house it is', async () => {
    const [, { data, settings }] = houses();
    const { code, stdout, stderr } = await runGavel(['history', '0190F5A2-7C1F'], settings);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `gavel: the house of ${data}\n` });
    expect(stdout).toContain('lists "A globe"');
  });

  it('history lists the candidates where several begin so', async () => {
    const [, { settings }] = houses();
    const { code, stderr } = await runGavel(['history', '0190f5a2-7c1e'], settings);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `gavel: several auctions' ids begin with 0190f5a2-7c1e; give more of ${clock} (A clock of the south), ${lamp} (A lamp)\n`,
    );
    expect((await runGavel(['watch', '0190f5a2-7c1e'], settings)).stderr).toContain(`give more of ${clock} (A clock`);
  });
});

describe('a house that is open no more', () => {
  const refusal = (data: string): string =>
    `gavel: no house is open on ${data} (GAVEL_DATA); npm start opens one, and --url names one elsewhere\n`;
  const notes = (data: string): string[] => readdirSync(join(data, 'open'));

  it('is not found after kill -9, though another has its place; the next start clears what it left', async () => {
    const [{ data, settings }, other] = houses();
    for (const { pid, command } of processesOf(data)) if (/main\.js up/.test(command)) process.kill(pid, 'SIGKILL');
    await eventually('it to be gone', () => !processesOf(data).some(({ command }) => /main\.js up/.test(command)));
    const [left = ''] = notes(data);
    // Its port may be another house's by now.
    writeFileSync(join(data, 'open', left), JSON.stringify({ url: other.url, pid: Number.parseInt(left, 10) }));
    expect(await runGavel(['watch'], settings)).toEqual({ code: 1, stdout: '', stderr: refusal(data) });
    const again = await open('north');
    expect(notes(data)).toHaveLength(1);
    expect(notes(data)).not.toContain(left);
    again.gavel.child.kill('SIGTERM');
    expect(await again.gavel.end()).toMatchObject({ code: 0 });
  });

  it('leaves nothing behind when it stops', async () => {
    const [, { gavel, data, settings }] = houses();
    gavel.child.kill('SIGTERM');
    expect(await gavel.end()).toMatchObject({ code: 0 });
    expect(notes(data)).toEqual([]);
    expect(await runGavel(['watch'], settings)).toEqual({ code: 1, stdout: '', stderr: refusal(data) });
  });
});
