// The fast writer's own statements.
import { CopyQuery, copiesOf, copyRows } from '../../../postgres/copy-query.js';
import type { PostgresAppendSession } from '../postgres.append-session.js';
import { COPY_EVENTS, DRAW_KEYS, type Following, insertStreams, type KeyedStream, lockAt, notify } from './fast.sql.js';

/** What the COPYs of one transaction read, in pieces. */
type CopyContents = readonly (readonly Buffer[])[];

/** Everything that one transaction writes, behind a position and under keys that are known. */
export type WholeAppend = Following & Readonly<{ fresh: readonly KeyedStream[]; contents: CopyContents }>;

/**
 * Lock, streams, events, announcement and commit in one exchange. The server's error means that nothing was written. The
 * next may be sent before this one is answered; the server refuses it if this one fails.
 */
export async function sendWhole(session: PostgresAppendSession, whole: WholeAppend): Promise<void> {
  const { contents, fresh } = whole;
  const streams = fresh.length === 0 ? [] : [insertStreams(fresh)];
  const copyAll = copiesOf(COPY_EVENTS, contents.length);
  const text = [lockAt(whole), ...streams, copyAll, notify(whole.last), 'COMMIT'].join(';\n');
  const tags = await session.run('an append', (client) => client.query(new CopyQuery(text, contents)).done);
  if (tags.at(-1) !== 'COMMIT') throw new Error(`the server answered ${tags.at(-1)} to COMMIT`);
}

/** The events as a statement of a transaction that has been begun. */
export const copyEvents = (session: PostgresAppendSession, contents: CopyContents): Promise<void> =>
  session.run('events to be written', (client) => copyRows(client, COPY_EVENTS, contents));

/** Keys for streams that are still to come. */
export async function drawKeys(session: PostgresAppendSession, count: number): Promise<readonly number[]> {
  const { rows } = await session.run('keys of new streams', (client) =>
    client.query<{ key: string }>({ ...DRAW_KEYS, values: [count] }),
  );
  return rows.map(({ key }) => Number(key));
}
