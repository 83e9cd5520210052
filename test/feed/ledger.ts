// The plainest projection there is: a row an event. It shows what a consumer applied, when, how often, and it can be told
// to fail.

import type pg from 'pg';
import type { ClientBase } from 'pg';
import { userId } from '../../src/domain/ids.js';
import { type StreamId, userStream } from '../../src/domain/messages.js';
import { instant } from '../../src/domain/time.js';
import type { UserEvent } from '../../src/domain/user/user.events.js';
import type { RecordedEvent } from '../../src/feed/feed.js';
import { DataProblem, type Projection } from '../../src/feed/projection.js';
import type { Journal } from '../../src/journal/journal.js';

export const streamNo = (n: number): StreamId =>
  userStream(userId(`01900002-0000-7000-8000-${n.toString(16).padStart(12, '0')}`));

/** The rating that no projection here can apply, and one that PostgreSQL refuses. */
export const POISON = 666;
export const POISON_IN_POSTGRES = 999;

export const LEDGER_TABLES = `
CREATE SCHEMA ledger;
CREATE TABLE ledger.entries (
  stream_id text, revision bigint, rating integer CHECK (rating <> ${POISON_IN_POSTGRES}),
  PRIMARY KEY (stream_id, revision)
)`;

export type LedgerHooks = {
  /** Called inside the transaction before anything is written. */
  beforeWrite?: (client: ClientBase, events: readonly RecordedEvent[]) => Promise<void>;
  cured?: boolean;
};

export const ledgerProjection = (hooks: LedgerHooks = {}, name = 'ledger'): Projection => ({
  name,
  searchPath: ['ledger'],
  prepare(events) {
    const rated = events.filter(({ event }) => event.type === 'UserRated');
    if (rated.length === 0) return null;
    const ratings = rated.map(({ event }) => ratingOf(event as UserEvent));
    if (hooks.cured !== true && ratings.includes(POISON)) throw new DataProblem('a rating of the beast');
    return async (client) => {
      await hooks.beforeWrite?.(client, events);
      await client.query('INSERT INTO entries SELECT * FROM unnest($1::text[], $2::bigint[], $3::integer[])', [
        rated.map(({ streamId }) => streamId),
        rated.map(({ revision }) => revision),
        ratings,
      ]);
    };
  },
});

const ratingOf = (event: UserEvent): number => {
  if (event.type !== 'UserRated') throw new Error('only ratings are entered');
  return event.rating;
};

/** Appends ratings to streams: pairs of stream number and rating, each an append of its own unless `together`. */
export async function rate(journal: Journal, ...ratings: readonly (readonly [stream: number, rating: number])[]) {
  for (const [stream, rating] of ratings)
    await append(journal, stream, { type: 'UserRated', rating, ratedAt: instant(0) });
}

export async function append(journal: Journal, stream: number, event: UserEvent): Promise<void> {
  const meta = { commandId: null, actorId: null, fingerprint: null, correlationId: null, causationId: null };
  const [result] = await journal.append([
    {
      streamId: streamNo(stream),
      expected: 'any',
      events: [{ event, occurredAt: instant(0), meta }],
      restsOn: [],
    },
  ]);
  if (result?.status !== 'appended') throw new Error(`not appended: ${result?.status}`);
}

export type Entry = Readonly<{ stream: number; revision: number; rating: number }>;

/** What the ledger holds, by stream and revision. */
export async function entries(client: pg.Client): Promise<readonly Entry[]> {
  const { rows } = await client.query('SELECT * FROM ledger.entries ORDER BY stream_id, revision');
  return rows.map((row) => ({
    stream: Number.parseInt(row.stream_id.slice(-12), 16),
    revision: Number(row.revision),
    rating: row.rating,
  }));
}
