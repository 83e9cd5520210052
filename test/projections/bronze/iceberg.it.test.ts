// The Iceberg table over Bronze: made from the manifests, it registers the same files and no others.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { describeWithTool } from '../../support/requires.js';
import { installedTool } from '../../support/s3-servers.js';
import { type BronzeHouse, openBronzeHouse, recordEverything } from './bronze-house.js';

describeWithTool('pyiceberg', 'scripts/bronze-iceberg.py', () => {
  let house: BronzeHouse;
  beforeEach(async () => {
    house = await openBronzeHouse();
    await recordEverything(house);
  });
  afterEach(() => house.close());

  const run = (...args: readonly string[]) => {
    const python = join(dirname(installedTool('pyiceberg') ?? ''), 'python');
    const lake = join(house.scratch, 'lake');
    const all = ['scripts/bronze-iceberg.py', lake, join(house.scratch, 'warehouse'), ...args];
    const output = execFileSync(python, all, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
  };

  it('registers the files that manifests name, and later those that were added', async () => {
    const store = house.store('lake');
    const archiver = house.archiver(store);
    await archiver.next(house.client, { rowsMax: 30, rowsMin: 1 });
    await store.put('bronze/events/date=2026-01-01/hour=12/stray.parquet', new Uint8Array([1]));
    expect(run()).toMatchObject({ table: 'bronze.events', files: 1, added: 1, rows: 30 });
    await archiver.next(house.client, { rowsMax: 1_000, rowsMin: 1 });
    const { length: events } = await house.recorded();
    expect(run()).toMatchObject({ files: 2, added: 1, rows: events });
    expect(run()).toMatchObject({ files: 2, added: 0, rows: events });
    expect(run('--restricted')).toMatchObject({ table: 'bronze.events_restricted', added: expect.any(Number) });
  });

  it('stops at a chain that does not fit together', async () => {
    const store = house.store('lake');
    const archiver = house.archiver(store);
    while ((await archiver.next(house.client, { rowsMax: 30, rowsMin: 1 })) !== null);
    const first = 'bronze/manifests/events/000000000001.json';
    const bytes = await store.get(first);
    await store.delete(first);
    await store.put(first, new Uint8Array([...bytes, 10]));
    expect(() => run()).toThrow('000000000002.json does not follow the manifest before it: run gavel bronze verify');
  });
});
