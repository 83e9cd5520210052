// A journal of every event ever stored, its archiver, and Bronze read back row by row.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import type { Journal, Position } from '../../../src/journal/journal.js';
import type { JournalExport } from '../../../src/journal/journal-export.js';
import { PostgresExport } from '../../../src/journal/postgres/postgres.export.js';
import { DirectoryStore } from '../../../src/lake/directory.store.js';
import { withDuck } from '../../../src/lake/duck.js';
import type { ObjectStore } from '../../../src/lake/object-store.js';
import { eventParts, fileOf, localFile } from '../../../src/projections/bronze/bronze.queries.js';
import { type ArchiveStep, EventsArchiver } from '../../../src/projections/bronze/events.archiver.js';
import { ManualRuntime } from '../../../src/runtime/manual.runtime.js';
import { goldenEntry, goldenEvents } from '../../support/golden-event.js';
import { freshDatabase, migrated, type TestDatabase } from '../../support/postgres.js';
import { scratchDirectory } from '../../support/scratch.js';
import { noon } from '../chronicle.js';

/** An event as the journal's table has it, and as Bronze must give it back. */
export type StoredRow = Readonly<{
  position: string;
  stream_id: string;
  revision: string;
  event_type: string;
  schema_version: number;
  occurred_at: string;
  recorded_at: string;
  command_id: string | null;
  actor_id: string | null;
  hash: string;
  fingerprint: string | null;
  correlation_id: string | null;
  causation_id: string | null;
  payload: string;
}>;

/** Positions of PostgreSQL, without a journal around them. */
export const positions: Pick<Journal, 'parsePosition' | 'printPosition' | 'comparePositions'> = {
  parsePosition: (text) => BigInt(text) as Position,
  printPosition: String,
  comparePositions: (a, b) => Number((a ?? 0n) - (b ?? 0n)),
};

export const DUCK = { threads: 2, memoryLimit: '256MB' };
export const DAY_MS = 86_400_000;

export type BronzeHouse = Readonly<{
  database: TestDatabase;
  client: pg.Client;
  /** Appends one event with this text, in the next place of its stream. */
  record(event: Readonly<{ type: string; text: string; version?: number; fingerprint?: string | null }>): Promise<void>;
  recorded(): Promise<readonly StoredRow[]>;
  /** A store of its own under this name. */
  store(name: string): DirectoryStore;
  archiver(store: ObjectStore, options?: ArchiverOptions): EventsArchiver;
  /** Every event that Bronze has, put together again from both files. */
  readBack(store: ObjectStore): Promise<readonly StoredRow[]>;
  scratch: string;
  close(): Promise<void>;
}>;

export type ArchiverOptions = Readonly<{
  exported?: JournalExport;
  onStep?: (step: ArchiveStep) => void | Promise<void>;
  threads?: number;
}>;

export async function openBronzeHouse(): Promise<BronzeHouse> {
  const database = await freshDatabase(migrated);
  const client = new pg.Client(database.config);
  await client.connect();
  const scratch = scratchDirectory('bronze');
  const house: BronzeHouse = {
    database,
    client,
    scratch: scratch.path,
    record: (event) => recordRow(client, event),
    recorded: async () =>
      (
        await client.query<StoredRow>(`SELECT e.position::text, s.stream_id, e.revision::text, e.event_type,
          e.schema_version, e.occurred_at::text, e.recorded_at::text, e.command_id, e.actor_id, encode(e.hash, 'hex') AS hash,
          e.fingerprint, e.correlation_id, e.causation_id, e.payload
          FROM journal.events e JOIN journal.streams s USING (stream_key) ORDER BY e.position`)
      ).rows,
    store: (name) => new DirectoryStore(join(scratch.path, name), new ManualRuntime(noon, 3)),
    archiver: (store, { exported, onStep, threads } = {}) =>
      new EventsArchiver({
        journal: positions,
        exported: exported ?? new PostgresExport(database.config),
        store,
        // The same times and identifiers whenever it is started.
        runtime: new ManualRuntime(noon, 7),
        directory: join(scratch.path, 'staging'),
        duck: { ...DUCK, ...(threads !== undefined && { threads }) },
        lockMs: DAY_MS,
        ...(onStep !== undefined && { onStep }),
      }),
    readBack: (store) => readBack(store, scratch.path),
    close: async () => {
      await client.end();
      await database.drop();
      scratch.remove();
    },
  };
  return house;
}

/** Appends every golden event, old versions included, each to the stream that it belongs to. */
export async function recordEverything(house: BronzeHouse): Promise<void> {
  for (const { name } of goldenEvents) {
    const { eventType, schemaVersion, text } = goldenEntry(name);
    const fingerprint = eventType === 'BidPlaced' ? 'bid:4242:USD:online' : null;
    await house.record({ type: eventType, version: schemaVersion, text, fingerprint });
  }
}

async function recordRow(
  client: pg.Client,
  { type, text, version = 1, fingerprint = null }: Parameters<BronzeHouse['record']>[0],
): Promise<void> {
  const hash = createHash('sha256').update(text).digest();
  const stream = `auction-0190a000-0000-7000-8000-${String(type.length).padStart(12, '0')}`;
  await client.query('INSERT INTO journal.streams (stream_id) VALUES ($1) ON CONFLICT DO NOTHING', [stream]);
  await client.query(
    `INSERT INTO journal.events (position, stream_key, revision, occurred_at, recorded_at, schema_version, event_type,
       command_id, actor_id, hash, fingerprint, correlation_id, causation_id, payload)
     SELECT (SELECT coalesce(max(position), 0) + 1 FROM journal.events), s.stream_key,
       (SELECT coalesce(max(revision), -1) + 1 FROM journal.events e WHERE e.stream_key = s.stream_key),
       $2::bigint, $2::bigint + 7, $3::smallint, $4::text, '0190c000-0000-7000-8000-000000000001', NULL, $5, $6, NULL, 'a "cause", or\nso', $7
     FROM journal.streams s WHERE stream_id = $1`,
    [stream, noon, version, type, hash, fingerprint, text],
  );
}

async function readBack(store: ObjectStore, scratch: string): Promise<readonly StoredRow[]> {
  const rows: StoredRow[] = [];
  for await (const part of eventParts(store)) {
    const paths: (string | null)[] = [];
    for (const kind of ['events', 'events-restricted'] as const) {
      const file = fileOf(part, kind);
      paths.push(file === null ? null : await localFile(store, file, scratch));
    }
    rows.push(...(await joined(paths[0] ?? '', paths[1] ?? null, scratch)));
  }
  return rows;
}

/** As docs/lake.md tells readers to put a text together again. */
async function joined(events: string, restricted: string | null, scratch: string): Promise<readonly StoredRow[]> {
  const other =
    restricted === null
      ? `(SELECT NULL::BIGINT AS position, NULL AS secret_field, NULL AS secret, NULL AS text, NULL::BLOB AS hash, NULL AS fingerprint)`
      : `read_parquet('${restricted}')`;
  const sql = `SELECT e.position::VARCHAR AS position, e.stream_id, e.revision::VARCHAR AS revision, e.event_type,
    e.schema_version, epoch_ms(e.occurred_at)::VARCHAR AS occurred_at, epoch_ms(e.recorded_at)::VARCHAR AS recorded_at,
    e.command_id, e.actor_id, lower(hex(coalesce(e.hash, r.hash))) AS hash, r.fingerprint, e.correlation_id, e.causation_id,
    coalesce(r.text, CASE WHEN r.secret IS NULL THEN e.text ELSE
      replace(e.text, '"' || r.secret_field || '":null', '"' || r.secret_field || '":"' || r.secret || '"') END) AS payload
    FROM read_parquet('${events}') e LEFT JOIN ${other} r USING (position) ORDER BY e.position`;
  return withDuck({ ...DUCK, tempDirectory: scratch }, async (duck) => {
    const rows = (await duck.runAndReadAll(sql)).getRowObjectsJS();
    return rows as unknown as StoredRow[];
  });
}
