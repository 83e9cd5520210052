// Roles of people, for whoever has the house's own commands.
import type pg from 'pg';
import type { Config } from '../config.js';
import type { UserId } from '../domain/ids.js';
import { OperatorError } from '../runtime/operator-error.js';
import { type RoleChange, recordRole, roleChangesOf, rolesAfter } from '../sign-in/roles.js';
import { tokenSettings } from './development.js';
import { accountNamed } from './sign-in.js';

/** The roles that somebody has, and how it came to them. */
export async function rolesOf(client: pg.Client, id: UserId) {
  const changes = await roleChangesOf(client, id);
  return { roles: rolesAfter(changes), changes };
}

/** Gives or takes a role. False where it would change nothing. */
export const changeRole = (client: pg.Client, id: UserId, change: RoleChange): Promise<boolean> =>
  recordRole(client, id, change);

/** Whoever signs in with this address. Refuses one that nobody has. */
export async function personNamed(client: pg.Client, config: Config, email: string): Promise<UserId> {
  const found = await accountNamed(client, { config, tokens: await tokenSettings(config) }, email);
  if (found === null) throw new OperatorError('nobody signs in here with this address');
  return found;
}
