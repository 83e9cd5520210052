// `gavel cluster` in the first hour: it prints requests that work when pasted, keeps rebalances quiet, and ends on the cause
// when a port is taken. It ended with a stack trace from Worker.keepRunning.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { processesOf } from '../support/processes.js';
import { describeWithKafka } from '../support/requires.js';
import { GavelProcess, plainEnvironment, runGavel } from '../support/run-gavel.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

jest.setTimeout(300_000);

let scratch: Scratch;
beforeEach(() => {
  scratch = scratchDirectory('first-cluster');
});
afterEach(() => {
  for (const { pid } of processesOf(scratch.path)) process.kill(pid, 'SIGKILL');
  scratch.remove();
});

const data = (): string => join(scratch.path, 'data');

describe('a cluster whose port is taken', () => {
  // Of two API nodes the first or the second cannot have its own; the port before ours may be taken as well.
  it.each([0, 1])('ends with the cause before anything slow has started (API node %i)', async (node) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const settings = { GAVEL_DATA: data(), GAVEL_HTTP_PORT: `${port - node}` };
      const { code, stdout, stderr } = await runGavel(['cluster'], settings);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr.replace(`port ${port - 1} `, `port ${port} `)).toBe(
        'gavel: starting PostgreSQL, Kafka and then everybody else\n' +
          `gavel: port ${port} on 127.0.0.1 is taken by another program; GAVEL_HTTP_PORT chooses another\n`,
      );
    } finally {
      server.close();
    }
  });

  it.each([
    ['65535', '2', 'gavel: 2 API nodes from port 65535 on (GAVEL_HTTP_PORT) would need ports beyond 65535\n'],
    ['65534', '3', 'gavel: 3 API nodes from port 65534 on (GAVEL_HTTP_PORT) would need ports beyond 65535\n'],
  ])('is told when there is no such port: %s for %s nodes', async (port, nodes, sentence) => {
    const settings = { GAVEL_DATA: data(), GAVEL_HTTP_PORT: port };
    const { code, stderr } = await runGavel(['cluster', '--api', nodes], settings);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^[^\n]*\n[^\n]*\n$/) });
    expect(stderr).toContain(sentence);
  });
});

describeWithKafka('a cluster', () => {
  it('prints requests that work when pasted, and says nothing of rebalances', async () => {
    const settings = { GAVEL_DATA: data(), GAVEL_HTTP_PORT: '0' };
    const few = ['--api', '2', '--engine', '2', '--projector', '1'];
    const gavel = GavelProcess.start(['cluster', ...few], settings);
    await gavel.printed('Ctrl-C stops it.', 240_000);
    const lines = gavel.stdout.split('\n');
    const curls = lines.filter((line) => line.startsWith('curl '));
    expect(curls).toHaveLength(2);
    for (const curl of curls) expect(await pasted(curl)).toMatchObject({ outcome: 'accepted' });
    const [, id = ''] = /auctions\/([0-9a-f-]{36})\/bids/.exec(curls[1] ?? '') ?? [];
    // Commands find it by its data directory, as they find a house in one process.
    const watch = GavelProcess.start(['watch'], settings);
    await watch.printed(`${id.slice(0, 13)} A ship clock: USD 10.00, 1 bid`);
    watch.child.kill('SIGINT');
    expect((await watch.end()).stderr).toMatch(/^gavel: watching the house at http:\S+, data in \S+\n/);
    expect((await runGavel(['history', id.slice(0, 13)], settings)).stdout).toContain('places bid 1');

    const { workers } = JSON.parse(readFileSync(join(data(), 'cluster.json'), 'utf8'));
    const engine = workers.find(({ role }: { role: string }) => role === 'engine');
    process.kill(engine.pid, 'SIGKILL');
    const before = gavel.stderr.length;
    const works = new RegExp(`^gavel: engine ${engine.number} .*this engine works on these partitions`, 'm');
    await eventually('another engine in its place', () => works.test(gavel.stderr.slice(before)), 90_000);
    gavel.child.kill('SIGINT');
    const { code, stderr } = await gavel.end();
    expect(code).toBe(0);
    const noise = stderr.split('\n').filter((line) => /rebalanc|coordinator|crash|generation|broke off/i.test(line));
    expect(noise).toEqual([]);
    expect(stderr.split('\n').filter((line) => /"level":[456]0/.test(line))).toEqual([]);
  });
});

/** What a shell in another window answers. */
async function pasted(command: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env: plainEnvironment() });
  return JSON.parse(stdout);
}
