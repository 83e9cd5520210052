// What people have said about mail, as the journal has it from its beginning on.
import type { ClientBase } from 'pg';
import { streamOwner } from '../../domain/messages.js';
import type { UserEvent } from '../../domain/user/user.events.js';
import type { JournalEntry } from '../../feed/feed.js';
import { ownTypes } from '../../projections/pg-types.js';

export type Reader = Readonly<{
  dataVersion: number;
  /** Where the personal data stands in the person's stream; null for none. */
  dataRevision: number | null;
  verifiedVersion: number | null;
  wanted: boolean;
}>;

/** The events that `readersIn` looks at. */
export const READER_FACTS = [
  'UserRegistered',
  'PersonalDataChanged',
  'EmailVerified',
  'MailChosen',
  'UserErased',
] as const;

type Change = Readonly<{ userId: string; revision: number; event: UserEvent }>;

const GIVE = `
INSERT INTO ops.mail_readers AS r (user_id, data_version, data_revision) VALUES ($1, 1, $2)
ON CONFLICT (user_id) DO UPDATE SET data_version = r.data_version + 1, data_revision = excluded.data_revision`;
const VERIFY = 'UPDATE ops.mail_readers SET verified_version = $2 WHERE user_id = $1';
const CHOOSE = `
INSERT INTO ops.mail_readers (user_id, wanted) VALUES ($1, $2)
ON CONFLICT (user_id) DO UPDATE SET wanted = excluded.wanted`;
const FORGET = [
  'DELETE FROM ops.mail_readers WHERE user_id = $1',
  'DELETE FROM ops.mail_following WHERE user_id = $1',
  'DELETE FROM ops.outbox WHERE user_id = $1 AND sent_at IS NULL',
];
const READER = `
SELECT data_version AS "dataVersion", data_revision::integer AS "dataRevision", verified_version AS "verifiedVersion", wanted
FROM ops.mail_readers WHERE user_id = $1`;

/** What a page of the journal says about mail; null for nothing. */
export function readersIn(entries: readonly JournalEntry[]): ((client: ClientBase) => Promise<void>) | null {
  const changes = entries.flatMap(changeIn);
  if (changes.length === 0) return null;
  return async (client) => {
    for (const change of changes) await note(client, change);
  };
}

function changeIn(entry: JournalEntry): readonly Change[] {
  if (entry.kind !== 'event' || !entry.streamId.startsWith('user-')) return [];
  const event = entry.event as UserEvent;
  switch (event.type) {
    case 'UserRegistered':
      return event.personalData === null ? [] : [changed(entry.streamId, entry.revision, event)];
    case 'PersonalDataChanged':
    case 'EmailVerified':
    case 'MailChosen':
    case 'UserErased':
      return [changed(entry.streamId, entry.revision, event)];
    default:
      return [];
  }
}

const changed = (streamId: JournalEntry['streamId'], revision: number, event: UserEvent): Change => ({
  userId: streamOwner(streamId).id,
  revision,
  event,
});

async function note(client: ClientBase, { userId, revision, event }: Change): Promise<void> {
  switch (event.type) {
    case 'UserRegistered':
    case 'PersonalDataChanged':
      await client.query(GIVE, [userId, revision]);
      return;
    case 'EmailVerified':
      await client.query(VERIFY, [userId, event.dataVersion]);
      return;
    case 'MailChosen':
      await client.query(CHOOSE, [userId, event.wanted]);
      return;
    case 'UserErased':
      for (const statement of FORGET) await client.query(statement, [userId]);
      return;
    default:
      return;
  }
}

/** What one person has said; null for nothing, or for somebody who was erased. */
export async function readerOf(client: Pick<ClientBase, 'query'>, userId: string): Promise<Reader | null> {
  const { rows } = await client.query<Reader>({ text: READER, values: [userId], types: ownTypes });
  return rows[0] ?? null;
}
