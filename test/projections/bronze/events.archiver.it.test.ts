// The archiver of journal events: what it writes, and that it writes the same whatever befalls it.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PagedExport } from '../../../src/journal/paged.export.js';
import { PostgresJournal } from '../../../src/journal/postgres/postgres.journal.js';
import { ownPrefix } from '../../../src/lake/abandoned.js';
import type { DirectoryStore } from '../../../src/lake/directory.store.js';
import { withDuck } from '../../../src/lake/duck.js';
import { eventParts, fileOf, manifestsOf } from '../../../src/projections/bronze/bronze.queries.js';
import { parquet } from '../../../src/projections/bronze/bronze.sql.js';
import type { ArchiveStep, EventsArchiver } from '../../../src/projections/bronze/events.archiver.js';
import { silentLog } from '../../../src/runtime/log.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import { type BronzeHouse, DUCK, openBronzeHouse, recordEverything } from './bronze-house.js';

let house: BronzeHouse;
beforeEach(async () => {
  house = await openBronzeHouse();
});
afterEach(() => house.close());

const WHOLE = { rowsMax: 1_000_000, rowsMin: 1 };
const SMALL = { rowsMax: 40, rowsMin: 1 };

async function archiveAll(archiver: EventsArchiver, wanted = SMALL, client = house.client): Promise<number> {
  for (let parts = 0; ; parts++) if ((await archiver.next(client, wanted)) === null) return parts;
}

/** Keys of all objects with the SHA-256 of each. */
async function objectsOf(store: DirectoryStore): Promise<Record<string, string>> {
  const objects: Record<string, string> = {};
  for await (const { key } of store.list(''))
    objects[key] = createHash('sha256')
      .update(readFileSync(store.pathOf(key)))
      .digest('hex');
  return objects;
}

const publicTexts = async (store: DirectoryStore): Promise<string> => {
  const texts: string[] = [];
  for await (const part of eventParts(store)) {
    const path = store.pathOf(fileOf(part, 'events')?.key ?? '');
    const rows = await withDuck({ ...DUCK, tempDirectory: house.scratch }, async (duck) =>
      (await duck.runAndReadAll(`FROM ${parquet(path)}`)).getRowsJson(),
    );
    texts.push(JSON.stringify(rows));
  }
  return texts.join('\n');
};

describe('what is archived', () => {
  it('is every event ever stored, of every version, byte for byte', async () => {
    await recordEverything(house);
    const store = house.store('lake');
    expect(await archiveAll(house.archiver(store))).toBeGreaterThan(1);
    expect(await house.readBack(store)).toEqual(await house.recorded());
  });

  it('is also what nobody can read: unknown types, damaged texts, odd characters', async () => {
    for (const text of ['', '{', '{"a":"\\u0000,\\"ß\\n拍"}', 'x,"y"\r\nz', 'NULL', '""'])
      for (const type of ['BidPlaced', 'AuctionSold', 'Unheard']) await house.record({ type, text });
    for (const text of [
      '{"maximum":7,"maximum":null}',
      '{"maximum" : "7"}',
      '{"maximum":"7","maximum":"8"}',
      '{"maximum":"7',
    ])
      await house.record({ type: 'BidPlaced', text });
    const store = house.store('lake');
    await archiveAll(house.archiver(store), WHOLE);
    expect(await house.readBack(store)).toEqual(await house.recorded());
    expect(await publicTexts(store)).not.toContain('maximum');
  });

  it('shows no secret, and no hash to try secrets by, outside the restricted files', async () => {
    await house.record({
      type: 'BidPlaced',
      text: '{"type":"BidPlaced","maximum":"918273645","currentPrice":"5"}',
      fingerprint: 'bid:918273645',
    });
    await house.record({
      type: 'AuctionListed',
      text: '{"item":{"title":"\\"reservePrice\\":\\"1\\""},"terms":{"reservePrice":"918273645"}}',
    });
    await house.record({ type: 'AuctionListed', text: '{"terms":{"reservePrice":null}}' });
    await house.record({ type: 'Unheard', text: '{"maximum":"918273645"}' });
    const store = house.store('lake');
    await archiveAll(house.archiver(store), WHOLE);
    const shown = await publicTexts(store);
    expect(shown).not.toContain('918273645');
    expect(shown).toContain(JSON.stringify('"maximum":null,"currentPrice":"5"').slice(1, -1));
    expect(JSON.parse(shown).map((row: unknown[]) => row.at(-1) !== null)).toEqual([false, false, true, false]);
    expect(await house.readBack(store)).toEqual(await house.recorded());
  });

  it('is the same over the journal’s port as over COPY', async () => {
    await recordEverything(house);
    const runtime = new SystemRuntime();
    const journal = new PostgresJournal({ config: house.database.config, runtime, log: silentLog });
    const [one, other] = [house.store('copy'), house.store('port')];
    await archiveAll(house.archiver(one));
    await house.client.query('DELETE FROM bronze.parts');
    await archiveAll(house.archiver(other, { exported: new PagedExport(journal) }));
    await journal.close();
    expect(await objectsOf(other)).toEqual(await objectsOf(one));
  });
});

describe('a part', () => {
  it('is cut when it is full, and otherwise when it is asked for', async () => {
    for (let n = 0; n < 5; n++) await house.record({ type: 'AuctionOpened', text: `{"n":${n}}` });
    const archiver = house.archiver(house.store('lake'));
    const full = { rowsMax: 3, rowsMin: 3 };
    expect(await archiver.next(house.client, full)).toMatchObject({ part: 1, rows: 3, last: '3' });
    expect(await archiver.next(house.client, full)).toBeNull();
    expect(await archiver.next(house.client, { rowsMax: 3, rowsMin: 1 })).toMatchObject({
      part: 2,
      rows: 2,
      last: '5',
    });
    expect(await archiver.next(house.client, { rowsMax: 3, rowsMin: 1 })).toBeNull();
  });

  it('has a manifest that names its files and the manifest before', async () => {
    await recordEverything(house);
    const store = house.store('lake');
    await archiveAll(house.archiver(store));
    const manifests = [];
    for await (const one of manifestsOf(store, 'events')) manifests.push(one);
    expect(manifests.map(({ manifest }) => manifest.previous)).toEqual([
      null,
      ...manifests.slice(0, -1).map(({ sha256 }) => sha256),
    ]);
    const objects = await objectsOf(store);
    const named = manifests.flatMap(({ manifest }) => manifest.files.map(({ key, sha256 }) => [key, sha256]));
    expect(objects).toMatchObject(Object.fromEntries(named));
    expect(Object.keys(objects)).toHaveLength(named.length + manifests.length);
  });
});

describe('the same objects come out', () => {
  let expected: Record<string, string>;
  beforeEach(async () => {
    await recordEverything(house);
    const store = house.store('undisturbed');
    await archiveAll(house.archiver(store));
    expected = await objectsOf(store);
    await house.client.query('DELETE FROM bronze.parts');
  });

  const STEPS: readonly ArchiveStep[] = ['cut', 'written', 'events put', 'restricted put', 'manifest put', 'finished'];
  it.each(STEPS)('of a crash at "%s", again and again', async (step) => {
    const store = house.store('crashed');
    let crashes = 0;
    const crash = (at: ArchiveStep) => {
      if (at === step && crashes++ % 2 === 0) throw new Error(`crash at ${at}`);
    };
    const archiver = house.archiver(store, { onStep: crash });
    for (let isDone = false; !isDone; )
      isDone = await archiver.next(house.client, SMALL).then(
        (part) => part === null,
        (error: Error) => {
          if (!error.message.startsWith('crash')) throw error;
          return false;
        },
      );
    expect(crashes).toBeGreaterThan(2);
    expect(await objectsOf(store)).toEqual(expected);
    expect(await house.readBack(store)).toEqual(await house.recorded());
  });

  it('of two archivers at once', async () => {
    const store = house.store('raced');
    const other = new pg.Client(house.database.config);
    await other.connect();
    await Promise.all([archiveAll(house.archiver(store)), archiveAll(house.archiver(store), SMALL, other)]);
    await other.end();
    // A part's salt is of the one that cut it, and each draws its own: restricted files and manifests differ with it.
    const raced = await objectsOf(store);
    const events = (objects: Record<string, string>) =>
      Object.entries(objects).filter(([key]) => key.startsWith('bronze/events/'));
    expect(Object.keys(raced)).toEqual(Object.keys(expected));
    expect(events(raced)).toEqual(events(expected));
    expect(await house.readBack(store)).toEqual(await house.recorded());
  });

  it('of any number of threads', async () => {
    const store = house.store('one thread');
    await archiveAll(house.archiver(store, { threads: 1 }));
    expect(await objectsOf(store)).toEqual(expected);
  });
});

describe('a database that knows less than Bronze has', () => {
  let store: DirectoryStore;
  beforeEach(async () => {
    await recordEverything(house);
    store = house.store('lake');
    await archiveAll(house.archiver(store));
  });

  it.each(['part > 1', 'true'])('takes over the parts that it lacks (%s), and goes on behind them', async (lost) => {
    const before = await objectsOf(store);
    const { rows } = await house.client.query(
      'SELECT part, cut, digest, manifest_sha256 FROM bronze.parts ORDER BY part',
    );
    await house.client.query(`DELETE FROM bronze.parts WHERE ${lost}`);
    expect(await archiveAll(house.archiver(store))).toBe(0);
    const again = await house.client.query('SELECT part, cut, digest, manifest_sha256 FROM bronze.parts ORDER BY part');
    expect(again.rows).toEqual(rows);
    await house.record({ type: 'AuctionOpened', text: '{}' });
    expect(await archiveAll(house.archiver(store))).toBe(1);
    expect(await objectsOf(store)).toMatchObject(before);
    expect(await house.readBack(store)).toEqual(await house.recorded());
  });

  it('refuses parts of another history', async () => {
    await house.client.query('DELETE FROM bronze.parts WHERE part > 1');
    await house.client.query('ALTER TABLE journal.events DISABLE TRIGGER ALL');
    const hash = "hash = decode(repeat('ab', 32), 'hex')";
    await house.client.query(`UPDATE journal.events SET ${hash} WHERE position = 41`);
    await expect(archiveAll(house.archiver(store))).rejects.toThrow(
      'bronze/manifests/events/000000000002.json is of other events than those of the journal up to position 80',
    );
  });

  it('refuses parts of events that the journal has lost', async () => {
    await house.client.query('DELETE FROM bronze.parts WHERE part > 1');
    await house.client.query('ALTER TABLE journal.events DISABLE TRIGGER ALL');
    await house.client.query('DELETE FROM journal.events WHERE position >= 80');
    await expect(archiveAll(house.archiver(store))).rejects.toThrow('restore it from Bronze first');
  });
});

it('does not go on in another store, or behind a part that was rewritten', async () => {
  await house.record({ type: 'AuctionOpened', text: '{}' });
  const store = house.store('lake');
  await archiveAll(house.archiver(store));
  const other = house.store('other');
  await expect(archiveAll(house.archiver(other))).rejects.toThrow('copy the old lake there first');
  expect(await objectsOf(other)).toEqual({});
  const key = 'bronze/manifests/events/000000000001.json';
  const manifest = new TextDecoder().decode(await store.get(key));
  await store.put(key, new TextEncoder().encode(manifest.replace(/"archivedAt": "20../, '"archivedAt": "2030')));
  await expect(archiveAll(house.archiver(store))).rejects.toThrow(`${key} is not as it was written`);
});

it('clears away what a killed archiver left of a part', async () => {
  const staging = join(house.scratch, 'staging');
  const own = `${ownPrefix('part')}x`;
  for (const name of [own.replace(String(process.pid), '999999999'), own, 'other'])
    mkdirSync(join(staging, name), { recursive: true });
  await house.record({ type: 'AuctionOpened', text: '{}' });
  await archiveAll(house.archiver(house.store('lake')));
  expect(readdirSync(staging).sort()).toEqual(['other', own].sort());
});
