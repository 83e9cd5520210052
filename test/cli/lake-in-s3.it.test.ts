// The lake in a bucket, by the commands: archive, verify, Gold, and what somebody did to the bucket behind our back.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { S3Store } from '../../src/lake/s3.store.js';
import { readManifest } from '../../src/projections/bronze/bronze.queries.js';
import { encodeManifest, type Manifest, manifestKey } from '../../src/projections/bronze/manifest.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { describeWithTool } from '../support/requires.js';
import { runGavel } from '../support/run-gavel.js';
import { type S3Server, startVersitygw } from '../support/s3-servers.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

// Each command starts a real PostgreSQL, on a machine that may be busy.
jest.setTimeout(300_000);

const ROWS = 2_500;
/** And that the file was taken in, which the audit log tells. */
const EVENTS = ROWS + 1;
const HEADER = 'sale,lot_number,title,category,currency,status,hammer_price,held_at';

describeWithTool('versitygw', 'the lake in a bucket', () => {
  let server: S3Server;
  let store: S3Store;
  let scratch: Scratch;
  let settings: Readonly<Record<string, string>>;

  beforeAll(async () => {
    server = await startVersitygw();
    store = new S3Store(server.settings, new SystemRuntime());
    scratch = scratchDirectory('lake-s3');
    const { bucket, endpoint, credentials } = server.settings;
    settings = {
      GAVEL_DATA: join(scratch.path, 'data'),
      GAVEL_LAKE_URL: `s3://${bucket}/house`,
      GAVEL_S3_ENDPOINT: endpoint ?? '',
      GAVEL_S3_ACCESS_KEY: credentials?.accessKeyId ?? '',
      GAVEL_S3_SECRET_KEY: credentials?.secretAccessKey ?? '',
      GAVEL_BRONZE_PART_ROWS: '1000',
    };
    const file = join(scratch.path, 'spring.csv');
    const rows = Array.from({ length: ROWS }, (_, i) => `Spring,${i},A clock,Clocks,USD,sold,${100 + i},2025-12-01`);
    writeFileSync(file, `${[HEADER, ...rows].join('\n')}\n`);
    await done('ingest', file);
  });
  afterAll(async () => {
    store?.close();
    await server?.stop();
    scratch?.remove();
  });

  const gavel = (...args: readonly string[]) => runGavel([...args, '--json'], settings);
  const last = (stdout: string) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

  async function done(...args: readonly string[]) {
    const { code, stdout, stderr } = await gavel(...args);
    if (code !== 0) throw new Error(stderr);
    return last(stdout);
  }

  async function found() {
    const { code, stdout, stderr } = await gavel('bronze', 'verify');
    if (stdout === '') throw new Error(stderr);
    const findings = last(stdout).findings as readonly Readonly<{ kind: string; key: string }>[];
    expect(code).toBe(findings.length === 0 ? 0 : 1);
    return findings.map(({ kind, key }) => `${kind} ${key}`);
  }

  async function keys(prefix: string): Promise<readonly string[]> {
    const all: string[] = [];
    for await (const { key } of store.list(prefix)) all.push(key);
    return all;
  }

  it('is archived, verified, and made into Gold', async () => {
    expect(await done('bronze', 'archive')).toMatchObject({ events: EVENTS, parts: 3, store: store.url });
    expect(await found()).toEqual([]);
    expect(await done('bronze', 'archive')).toMatchObject({ events: 0, parts: 0 });
    const run = await done('gold', 'run');
    expect(run).toMatchObject({ outcome: 'published', events: EVENTS, parts: 3 });
    const pointer = JSON.parse(new TextDecoder().decode(await store.get('gold/current.json')));
    for (const { key } of Object.values<{ key: string }>(pointer.tables)) expect(await store.stat(key)).not.toBeNull();
    const row = await done('trace', 'daily_revenue', '2025-12-01/USD');
    expect(row.row).toMatchObject({ hall_sales: ROWS });
  });

  it('tells what was changed, taken away, added and rewritten', async () => {
    const [changed = '', gone = '', rewritten = ''] = await keys('bronze/events/');
    const bytes = await store.get(changed);
    const flipped = Uint8Array.from(bytes, (byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte));
    const takenAway = await store.get(gone);
    const extra = `${rewritten}.copy`;
    const { manifest } = (await readManifest(store, 'events', 3)) ?? {};
    await store.put(changed, flipped);
    await store.delete(gone);
    await store.put(extra, takenAway);
    await store.put(
      manifestKey('events', 3),
      encodeManifest({ ...(manifest as Manifest), archivedAt: '2030-01-01T00:00:00.000Z' }),
    );
    const all = await found();
    expect(all).toEqual(
      expect.arrayContaining([
        `changed ${changed}`,
        `missing ${gone}`,
        `extra ${extra}`,
        `rewritten ${manifestKey('events', 3)}`,
      ]),
    );
    expect(all).toHaveLength(4);
  });
});
