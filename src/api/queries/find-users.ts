// Accounts as staff look for them: by id, by status, by part of the username. Usernames are encrypted, each under a key of its
// own, so that the database cannot look for them: accounts are opened one after the other, so many a question.

import type { UserId } from '../../domain/ids.js';
import { askedForm } from '../../domain/text.js';
import type { KeyStore } from '../../personal-data/key-store.js';
import type { PageRequest, UserRow } from '../../projections/silver/silver.queries.js';
import type { ApiQueries } from '../api.deps.js';
import type { UserView } from '../schemas/views.schema.js';
import { pageView } from './page.codec.js';
import { shownName } from './shown-name.js';
import { userView } from './views.js';

/** Null is "any". `userId` is what the text says, where it is an id. */
export type UsersAsked = Readonly<{
  status: UserRow['status'] | null;
  text: string | null;
  userId: UserId | null;
  page: PageRequest;
}>;
type Users = Readonly<{ rows: readonly UserView[]; next: string | null }>;

/** What one question opens at most. */
const OPENED_MAX = 1_000;

/** A page of them. Where a name is asked for, it may hold fewer than asked for, or none, although there is a `next`. */
export async function findUsers(silver: ApiQueries, keys: KeyStore, asked: UsersAsked): Promise<Users> {
  const { status, text, userId, page } = asked;
  const opened = async (row: UserRow): Promise<UserView> => userView(row, await shownName(keys, row));
  if (userId !== null) {
    const row = await silver.user(userId);
    const isAsked = row !== null && (status === null || row.status === status);
    return { rows: isAsked ? [await opened(row)] : [], next: null };
  }
  if (text === null) {
    const { rows, next } = await silver.users(status, page);
    return pageView({ rows: await Promise.all(rows.map(opened)), next }, (row) => row);
  }
  const wanted = askedForm(text);
  const found: UserView[] = [];
  let { after } = page;
  for (let seen = 0; seen < OPENED_MAX && found.length === 0; seen += page.limit) {
    const { rows, next } = await silver.users(status, { after, limit: page.limit });
    const views = await Promise.all(rows.map(opened));
    found.push(...views.filter(({ username }) => username !== null && askedForm(username).includes(wanted)));
    after = next;
    if (next === null) break;
  }
  return { rows: found, next: after };
}
