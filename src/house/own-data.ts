// All that the house has of one person, for that person: what the journal says of the account, opened, and every row that is the
// person's own, of whatever table. Tables are found by the columns that say whose a row is, so a new one is in here by itself.
import pg from 'pg';
import type { UserId } from '../domain/ids.js';
import { userStream } from '../domain/messages.js';
import type { UserEvent } from '../domain/user/user.events.js';
import type { Journal } from '../journal/journal.js';
import type { KeyStore } from '../personal-data/key-store.js';
import { decrypt, decryptPersonalText, usernameOf } from '../personal-data/personal-data.js';

export type OwnDataParts = Readonly<{
  pool: pg.Pool;
  journal: Pick<Journal, 'readStream'>;
  keys: KeyStore;
}>;

const PAGE = 1_000;
/** Where rows of people are. What fraud scoring thinks of somebody is the house's, and so is what staff have done. */
const SCHEMAS = ['silver_private', 'sign_in', 'own_lists', 'ops'];
const OWNERS = ['user_id', 'userId', 'bidder_id', 'seller_id', 'buyer_id', 'asker_id', 'giver_id', 'about_id'];
/** What would let somebody in, and what is here opened already. */
const LEFT_OUT = [
  ...['password', 'token', 'secret', 'backupCodes', 'hash', 'accessToken', 'refreshToken', 'idToken'],
  ...['personal_data', 'encrypted_username', 'search_words', 'category_forms'],
];

const TABLES = `
SELECT format('%I.%I', n.nspname, c.relname) AS name, array_agg(a.attname::text ORDER BY a.attnum) AS owners
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname NOT LIKE 'fraud%'
  AND (a.attname = ANY ($2) OR (n.nspname = 'sign_in' AND c.relname = 'user' AND a.attname = 'id')) AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped
GROUP BY n.nspname, c.relname ORDER BY 1`;

/** The text of one JSON document, in pieces. Large histories are never whole in memory. */
export async function* ownData({ pool, ...parts }: OwnDataParts, userId: UserId): AsyncGenerator<string> {
  yield `{"userId":${JSON.stringify(userId)},"account":[`;
  yield* joined(accountEvents(parts, userId));
  yield '],"rows":{';
  const client = await pool.connect();
  try {
    // Of one moment, in all tables.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await client.query<{ name: string; owners: string[] }>(TABLES, [SCHEMAS, OWNERS]);
    for (const [i, { name, owners }] of rows.entries()) {
      yield `${i === 0 ? '' : ','}${JSON.stringify(name)}:[`;
      yield* joined(rowsOf(client, name, owners, userId));
      yield ']';
    }
  } finally {
    await client.query('ROLLBACK').finally(() => client.release());
  }
  yield '}}\n';
}

async function* rowsOf(client: pg.PoolClient, name: string, owners: readonly string[], userId: UserId) {
  const id = pg.escapeLiteral(userId);
  const isOwn = owners.map((column) => `t.${pg.escapeIdentifier(column)} = ${id}`).join(' OR ');
  const without = LEFT_OUT.map((column) => pg.escapeLiteral(column)).join(', ');
  await client.query(
    `DECLARE own CURSOR FOR SELECT (to_jsonb(t) - ARRAY[${without}])::text AS row FROM ${name} t WHERE ${isOwn}`,
  );
  for (;;) {
    const { rows } = await client.query<{ row: string }>(`FETCH ${PAGE} FROM own`);
    for (const { row } of rows) yield row;
    if (rows.length < PAGE) break;
  }
  await client.query('CLOSE own');
}

async function* accountEvents({ journal, keys }: Omit<OwnDataParts, 'pool'>, userId: UserId) {
  for (let next = 0; ; ) {
    const page = await journal.readStream(userStream(userId), next, PAGE);
    for (const entry of page) {
      if (entry.kind === 'event') yield JSON.stringify(await opened(keys, userId, entry.event as UserEvent));
      next = entry.revision + 1;
    }
    if (page.length < PAGE) return;
  }
}

/** An event with what is encrypted in it opened. Text that does not open is a fault of ours. */
async function opened(keys: KeyStore, userId: UserId, event: UserEvent): Promise<object> {
  const read: Record<string, unknown> = { ...event };
  if ('username' in event && event.username !== null) read['username'] = await usernameOf(keys, userId, event.username);
  if ('personalData' in event && event.personalData !== null)
    read['personalData'] = await decrypt(keys, userId, event.personalData);
  if ('taxNumber' in event && event.taxNumber !== null)
    read['taxNumber'] = await decryptPersonalText(keys, userId, 'tax number', event.taxNumber);
  return read;
}

async function* joined(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let isFirst = true;
  for await (const text of texts) {
    yield isFirst ? text : `,${text}`;
    isFirst = false;
  }
}
