// Writes believable events straight into the journal's tables, as a copy of a history that happened elsewhere.
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { withDuck } from '../../src/lake/duck.js';
import { startProgress } from '../../src/terminal/progress.js';
import { eventsBetween, makeEvents, STREAMS } from './believable-events.sql.js';

const COLUMNS = `position, stream_key, revision, occurred_at, recorded_at, schema_version, event_type, command_id, actor_id, hash,
  fingerprint, correlation_id, causation_id, payload`;
/** Events handed over in one file. */
const PIECE = 250_000;

export type Filling = Readonly<{
  connection: pg.ClientConfig;
  events: number;
  /** Where files are made on the way. */
  directory: string;
}>;

/** Fills a journal that is empty. */
export async function fillJournal({ connection, events, directory }: Filling): Promise<void> {
  await mkdir(directory, { recursive: true });
  const client = new pg.Client(connection);
  await client.connect();
  const progress = startProgress('events made', events);
  const duck = { threads: 2, memoryLimit: '2GB', tempDirectory: directory };
  try {
    await withDuck(duck, async (connection) => {
      for (const statement of makeEvents(events)) await connection.run(statement);
      const file = join(directory, 'piece.csv');
      const handOver = async (select: string, table: string): Promise<void> => {
        await connection.run(`COPY (${select}) TO '${file}' (FORMAT csv, HEADER false)`);
        await pipeline(createReadStream(file), client.query(copyFrom(`COPY ${table} FROM STDIN (FORMAT csv)`)));
        await rm(file);
      };
      await handOver(STREAMS, 'journal.streams (stream_key, stream_id)');
      for (let after = 0; after < events; after += PIECE) {
        const last = Math.min(events, after + PIECE);
        await handOver(eventsBetween(after, last, events), `journal.events (${COLUMNS})`);
        progress.at(last);
      }
    });
    await client.query(
      "SELECT setval(pg_get_serial_sequence('journal.streams', 'stream_key'), (SELECT max(stream_key) FROM journal.streams))",
    );
    await client.query('VACUUM ANALYZE journal.events, journal.streams');
  } finally {
    progress.stop();
    await client.end();
  }
}
