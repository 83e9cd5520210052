// A rolling restart of a cluster of stand-ins: who is told to stop when, and what is waited for.
import { renameSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { clusterFileIn } from '../../../src/house/cluster/cluster-file.js';
import { type Rolled, rollCluster } from '../../../src/house/cluster/roll.js';
import { Worker } from '../../../src/house/cluster/worker.js';
import type { RoleName } from '../../../src/house/roles/roles.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import { runGavel } from '../../support/run-gavel.js';
import { scratchDirectory } from '../../support/scratch.js';

/** Says that it is up, and is ready at its third question only. */
const STAND_IN = `
  let asked = 0;
  const server = require('node:http').createServer((_, answer) => {
    answer.statusCode = ++asked < 3 ? 503 : 200;
    answer.end();
  });
  server.listen(0, '127.0.0.1', () => console.log('Gavel relay is up at http://127.0.0.1:' + server.address().port));
  process.on('SIGTERM', () => process.exit(0));`;

const scratch = scratchDirectory('roll');
afterAll(() => scratch.remove());
const runtime = new SystemRuntime();
let workers: readonly Worker[] = [];
const ended: string[] = [];

async function startAll(): Promise<void> {
  workers = (['api', 'engine', 'relay'] as const).flatMap((role) => [stood(role, 1), stood(role, 2)]);
  await Promise.all(workers.map((worker) => worker.start()));
}
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
});

function stood(role: RoleName, number: number): Worker {
  return new Worker({
    ...{ role, number, command: [process.execPath, '--eval', STAND_IN], env: process.env, changed: note },
    said: (line) => {
      if (line.endsWith('another takes its place')) ended.push(`${role} ${number}`);
    },
  });
}

function note(): void {
  const states = workers.map((worker) => worker.state());
  const file = clusterFileIn(scratch.path);
  // Whole at any time, as the cluster writes it.
  writeFileSync(`${file}.new`, JSON.stringify({ workers: states }));
  renameSync(`${file}.new`, file);
}

it('restarts engines before API nodes, one at a time, and each once it is ready', async () => {
  await startAll();
  const before = workers.map((worker) => worker.state().pid);
  const rolled: Rolled[] = [];
  const one = (what: Rolled) => {
    rolled.push(what);
    // Nobody is told before the one ahead is done.
    expect(ended).toHaveLength(rolled.length);
  };
  await rollCluster({ dataDirectory: scratch.path, runtime, rolled: one });
  const order = ['engine 1', 'engine 2', 'relay 1', 'relay 2', 'api 1', 'api 2'];
  expect(rolled.map(({ role, number }) => `${role} ${number}`)).toEqual(order);
  expect(ended).toEqual(order);
  const after = workers.map((worker) => worker.state().pid);
  expect(after.filter((pid) => pid === null || before.includes(pid))).toEqual([]);
});

it('says in one sentence that no cluster runs', async () => {
  const elsewhere = scratchDirectory('no-cluster');
  try {
    const { code, stderr } = await runGavel(['cluster', 'roll'], { GAVEL_DATA: elsewhere.path });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `gavel: no cluster runs on ${elsewhere.path}: start one with gavel cluster\n`,
    });
  } finally {
    elsewhere.remove();
  }
});
