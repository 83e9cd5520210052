// Whatever is appended, and whatever conflicts, the fast writer answers and writes what the plain one does, to the byte.
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { instant } from '../../../../src/domain/time.js';
import type { AppendResult, StreamAppend } from '../../../../src/journal/journal.js';
import { PostgresJournal, type WriterName } from '../../../../src/journal/postgres/postgres.journal.js';
import { silentLog } from '../../../../src/runtime/log.js';
import type { Runtime } from '../../../../src/runtime/runtime.js';
import { SystemRuntime } from '../../../../src/runtime/system.runtime.js';
import { auction, part, plain } from '../../../contract/journal-batches.js';
import { freshDatabase, migrated } from '../../../support/postgres.js';
import { anyEvent } from './any-event.js';

/** All writers record at the same time. */
const runtime: Runtime = Object.create(new SystemRuntime(), { now: { value: () => instant(1_795_348_800_000) } });

const stream = fc.integer({ min: 0, max: 4 });
const revision = fc.integer({ min: -1, max: 5 });
const anyPart = fc.record({
  stream,
  expected: fc.oneof({ weight: 3, arbitrary: fc.constant('any' as const) }, revision),
  events: fc.array(anyEvent, { maxLength: 6 }),
  restsOn: fc.array(fc.record({ stream, revision }), { maxLength: 1, size: 'xsmall' }),
});
const batch = fc.array(anyPart, { maxLength: 4 }).map((parts): readonly StreamAppend[] =>
  parts.map(({ stream: n, expected, events, restsOn }) =>
    part(
      auction(n),
      expected,
      events,
      restsOn.map((other) => ({ streamId: auction(other.stream), revision: other.revision })),
    ),
  ),
);
/** A batch comes when it is wanted, or before it is known whether it is. */
const handedOver = fc.record({ batch, isWanted: fc.constantFrom(undefined, true, true, false) });
/** Each step is appended at once, several batches from as many callers. */
const steps = fc.array(fc.array(handedOver, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 });
type HandedOver = Readonly<{ batch: readonly StreamAppend[]; isWanted: boolean | undefined }>;

/** Every column. A stream's key is a number of its database's own: what it stands for must be the same. */
const EVENTS = `
SELECT position, stream_id, revision, recorded_at, occurred_at, schema_version, event_type, command_id, actor_id, hash,
       fingerprint, correlation_id, causation_id, payload, hash = sha256(convert_to(payload, 'UTF8')) AS matches
  FROM journal.events JOIN journal.streams USING (stream_key) ORDER BY position`;
const STREAMS = 'SELECT stream_id FROM journal.streams ORDER BY stream_id';
const COLUMNS = `SELECT column_name FROM information_schema.columns WHERE table_schema = 'journal' AND table_name = 'events'
  ORDER BY column_name`;

async function writtenBy(writer: WriterName, wanted: readonly (readonly HandedOver[])[]) {
  const database = await freshDatabase(migrated);
  const journal = new PostgresJournal({ config: database.config, runtime, log: silentLog, writer });
  const client = new pg.Client(database.config);
  try {
    const answers: (readonly AppendResult[])[] = [];
    const append = ({ batch: parts, isWanted }: HandedOver) =>
      journal.append(parts, isWanted === undefined ? undefined : Promise.resolve(isWanted));
    for (const batches of wanted) answers.push(...(await Promise.all(batches.map(append))));
    await client.connect();
    const [events, streams] = [await client.query(EVENTS), await client.query(STREAMS)];
    return { answers: answers.map((results) => results.map(told)), events: events.rows, streams: streams.rows };
  } finally {
    await client.end();
    await journal.close();
    await database.drop();
  }
}

const told = (result: AppendResult) =>
  result.status === 'appended' ? { ...result, recorded: result.recorded.map(plain) } : result;

it('both writers answer and write the same', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (wanted) => {
      const [fast, reference] = [await writtenBy('fast', wanted), await writtenBy('plain', wanted)];
      expect(fast).toEqual(reference);
      expect(reference.events.every(({ matches }) => matches)).toBe(true);
      compared += reference.events.length;
    }),
    { numRuns: 15 },
  );
  expect(compared).toBeGreaterThan(50);
}, 120_000);

it('the comparison names every column there is', async () => {
  const database = await freshDatabase(migrated);
  const client = new pg.Client(database.config);
  await client.connect();
  const { rows } = await client.query<{ column_name: string }>(COLUMNS);
  await client.end();
  await database.drop();
  const unnamed = rows.map((row) => row.column_name).filter((name) => name !== 'stream_key' && !EVENTS.includes(name));
  expect(unnamed).toEqual([]);
});
