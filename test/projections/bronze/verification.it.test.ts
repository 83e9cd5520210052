// Whatever is done to Bronze is found and named.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresExport } from '../../../src/journal/postgres/postgres.export.js';
import type { DirectoryStore } from '../../../src/lake/directory.store.js';
import { witnessKey } from '../../../src/personal-data/witness-key.js';
import { readManifest } from '../../../src/projections/bronze/bronze.queries.js';
import { encodeManifest, type Manifest, manifestHash, manifestKey } from '../../../src/projections/bronze/manifest.js';
import { type BronzeReport, verifyBronze } from '../../../src/projections/bronze/verification.js';
import { Witnesses } from '../../../src/projections/bronze/witness.js';
import { noon } from '../chronicle.js';
import { type BronzeHouse, DUCK, openBronzeHouse, positions, recordEverything } from './bronze-house.js';

let house: BronzeHouse;
let store: DirectoryStore;
let witnesses: Witnesses;
beforeEach(async () => {
  house = await openBronzeHouse();
  await recordEverything(house);
  store = house.store('lake');
  witnesses = new Witnesses(join(house.scratch, 'witness'), await witnessKey(house.scratch));
  const archiver = house.archiver(store);
  for (;;) {
    const part = await archiver.next(house.client, { rowsMax: 30, rowsMin: 1 });
    if (part === null) break;
    await witnesses.add(part.head, noon);
  }
});
afterEach(() => house.close());

const verify = (): Promise<BronzeReport> =>
  verifyBronze({
    store,
    journal: positions,
    exported: new PostgresExport(house.database.config),
    client: house.client,
    witnesses,
    directory: house.scratch,
    duck: DUCK,
    ingressExpiresAfterMs: null,
    now: noon,
  });

/** What is found, without the words. */
const found = async () => (await verify()).findings.map(({ kind, key }) => `${kind} ${key}`);
const keyAt = async (prefix: string, index: number): Promise<string> => {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys[index] ?? '';
};

function overwrite(key: string, bytes: Uint8Array): void {
  chmodSync(store.pathOf(key), 0o600);
  writeFileSync(store.pathOf(key), bytes);
}

/** Writes a manifest anew, and all behind it, so that each follows the one before. */
async function rewriteFrom(first: number, change: (manifest: Manifest) => Manifest): Promise<readonly string[]> {
  const hashes: string[] = [];
  let previous: string | null = null;
  for (let part = first; ; part++) {
    const read = await readManifest(store, 'events', part);
    if (read === null) return hashes;
    const changed = part === first ? change(read.manifest) : { ...read.manifest, previous };
    const bytes = encodeManifest(changed);
    previous = manifestHash(bytes);
    hashes.push(previous);
    overwrite(manifestKey('events', part), bytes);
  }
}

const later = (manifest: Manifest): Manifest => ({ ...manifest, archivedAt: '2030-01-01T00:00:00.000Z' });

it('is clean as it was archived, and counts all there is', async () => {
  const { rows } = await house.client.query(
    'SELECT count(*)::int AS events, max(position)::text AS last FROM journal.events',
  );
  const report = await verify();
  expect(report).toMatchObject({ events: rows[0].events, upTo: rows[0].last, witnesses: 1, findings: [] });
  expect(report.parts).toBeGreaterThan(2);
});

it('is clean while a part is under way', async () => {
  await house.record({ type: 'AuctionOpened', text: '{}' });
  const stop = house.archiver(store, {
    onStep: (step) => {
      if (step === 'restricted put') throw new Error('crash');
    },
  });
  await expect(stop.next(house.client, { rowsMax: 30, rowsMin: 1 })).rejects.toThrow('crash');
  expect(await found()).toEqual([]);
});

describe('is found and named:', () => {
  it.each(['bronze/events/', 'bronze/events-restricted/'])('one changed byte of a file of %s', async (prefix) => {
    const key = await keyAt(prefix, 1);
    const bytes = readFileSync(store.pathOf(key));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    overwrite(key, bytes);
    expect(await found()).toEqual([`changed ${key}`]);
  });

  it.each(['bronze/events/', 'bronze/events-restricted/'])('a file that is gone from %s', async (prefix) => {
    const key = await keyAt(prefix, 0);
    await store.delete(key);
    expect(await found()).toEqual([`missing ${key}`]);
  });

  it('a file that was added', async () => {
    const keys = ['bronze/events/date=2026-01-01/hour=12/x.parquet', 'bronze/manifests/events/x.json'];
    for (const key of keys) await store.put(key, new Uint8Array([1]));
    expect(await found()).toEqual(keys.map((key) => `extra ${key}`));
  });

  it('a manifest that is gone, the last one too', async () => {
    const { parts } = await verify();
    for (const part of [2, parts]) {
      const read = await readManifest(store, 'events', part);
      await store.delete(manifestKey('events', part));
      const all = await found();
      expect(all).toContain(`missing ${manifestKey('events', part)}`);
      // Nothing names its files then.
      for (const { key } of read?.manifest.files ?? []) expect(all).toContain(`extra ${key}`);
      await store.put(manifestKey('events', part), encodeManifest(read?.manifest as Manifest));
    }
    expect(await found()).toEqual([]);
  });

  it('a manifest that is damaged', async () => {
    overwrite(manifestKey('events', 2), new TextEncoder().encode('{'));
    expect(await found()).toContain(`changed ${manifestKey('events', 2)}`);
  });

  it('a rewritten manifest, by the one behind it and by the database', async () => {
    const { manifest } = (await readManifest(store, 'events', 1)) ?? {};
    overwrite(manifestKey('events', 1), encodeManifest(later(manifest as Manifest)));
    const all = await found();
    expect(all).toContain(`rewritten ${manifestKey('events', 1)}`);
    expect(all).toContain(`rewritten ${manifestKey('events', 2)}`);
  });

  it('a manifest rewritten with all behind it, by the database', async () => {
    await rewriteFrom(2, later);
    expect(await found()).toContain(`rewritten ${manifestKey('events', 2)}`);
  });

  it('a chain rewritten as a whole, and the database with it, by the witness', async () => {
    await rehang(await rewriteFrom(1, later));
    const all = await verify();
    expect(all.findings).toEqual([
      { kind: 'rewritten', key: manifestKey('events', 1), problem: expect.stringContaining('when witnessed at') },
    ]);
  });

  it('a witness that somebody else has signed', async () => {
    const hashes = await rewriteFrom(1, later);
    await rehang(hashes);
    const path = witnesses.pathOf('events');
    const line = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, `${JSON.stringify({ ...line, sha256: hashes[0] })}\n`);
    expect(await found()).toEqual([`forged ${path}`]);
  });

  it('a journal that lacks or changed what Bronze has', async () => {
    await house.client.query('ALTER TABLE journal.events DISABLE TRIGGER ALL');
    await house.client.query(
      "UPDATE journal.events SET actor_id = '0190c000-0000-7000-8000-00000000ffff' WHERE position = 3",
    );
    const { findings } = await verify();
    expect(findings).toEqual([
      {
        kind: 'differs',
        key: await keyAt('bronze/events/', 0),
        problem: '1 events are not as the journal has them, the first at position 3',
      },
    ]);
  });
});

/** Makes the database agree with manifests that were written anew. */
async function rehang(hashes: readonly string[]): Promise<void> {
  for (const [index, sha256] of hashes.entries())
    await house.client.query('UPDATE bronze.parts SET manifest_sha256 = $2 WHERE part = $1', [index + 1, sha256]);
}
