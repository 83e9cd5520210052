// Who an actor is to the thing asked for. What each may do is decided where the command is judged.
import type { Actor, Role } from './actor.js';
import type { UserId } from './ids.js';

/** Gavel itself. */
export const isHouse = (actor: Actor): boolean => actor.kind === 'house';

/** The very person whom a command names. */
export const isSelf = (actor: Actor, userId: UserId): boolean => actor.kind === 'user' && actor.userId === userId;

/** A person whose token carries this role. */
export const hasRole = (actor: Actor, role: Role): boolean => actor.kind === 'user' && actor.roles.includes(role);

/** Somebody of the house: an operator or an admin. */
export const isStaff = (actor: Actor): boolean => hasRole(actor, 'operator') || hasRole(actor, 'admin');

/** The house's own record of who did something: a person's id, or null for Gavel itself. */
export const idOf = (actor: Actor): UserId | null => (actor.kind === 'user' ? actor.userId : null);
