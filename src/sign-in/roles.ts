// Roles of those who sign in with the house itself: given and taken by admins, each change with who made it and why.
import type { ClientBase, Pool } from 'pg';
import type { Role } from '../domain/actor.js';
import { type UserId, userId } from '../domain/ids.js';
import { type Instant, instant } from '../domain/time.js';

type Queries = Pick<Pool | ClientBase, 'query'>;

/** `by` is null for the house's own commands. */
export type RoleChange = Readonly<{ role: Role; isGiven: boolean; by: UserId | null; reason: string; at: Instant }>;

/** Whoever signs up may bid and sell, until somebody takes that. */
export const FIRST_ROLES: readonly Role[] = ['bidder', 'seller'];
/** What these may do asks for more than a password. */
export const ROLES_WITH_SECOND_FACTOR: readonly Role[] = ['operator', 'admin'];

const CHANGES = `
SELECT role, is_given AS "isGiven", by_user AS by, reason, at FROM sign_in.role_changes
WHERE user_id = $1 ORDER BY change_number`;
const RECORD = `
INSERT INTO sign_in.role_changes (user_id, role, is_given, by_user, reason, at) VALUES ($1, $2, $3, $4, $5, $6)`;

/** All changes of somebody's roles, the first one first. */
export async function roleChangesOf(pool: Queries, id: UserId): Promise<readonly RoleChange[]> {
  type Row = Omit<RoleChange, 'by' | 'at'> & Readonly<{ by: string | null; at: Date }>;
  const { rows } = await pool.query<Row>(CHANGES, [id]);
  return rows.map(({ by, at, ...row }) => ({ ...row, by: by === null ? null : userId(by), at: instant(at.getTime()) }));
}

/** The roles that the changes come to. */
export function rolesAfter(changes: readonly Pick<RoleChange, 'role' | 'isGiven'>[]): readonly Role[] {
  const roles = new Set<Role>(FIRST_ROLES);
  for (const { role, isGiven } of changes) {
    if (isGiven) roles.add(role);
    else roles.delete(role);
  }
  return [...roles];
}

/** Records a change. False where it would change nothing. */
export async function recordRole(pool: Queries, id: UserId, change: RoleChange): Promise<boolean> {
  const { role, isGiven, by, reason, at } = change;
  if (rolesAfter(await roleChangesOf(pool, id)).includes(role) === isGiven) return false;
  await pool.query(RECORD, [id, role, isGiven, by, reason, new Date(at)]);
  return true;
}
