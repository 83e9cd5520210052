// One user's account: registered, verified, rated, suspended and reinstated. Personal data passes through encrypted.
import type { Actor, Facts, UserStanding } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import type { UserId } from '../ids.js';
import { textProblem } from '../text-limits.js';
import type { UserCommand, UserRejection } from './user.commands.js';
import type { UserEvent } from './user.events.js';

/** An account before its registration, and after. */
export type User =
  | Readonly<{ status: 'unregistered' }>
  | Readonly<{ status: 'active' | 'suspended'; username: string; verified: boolean; rating: number }>;

export const unregistered: User = { status: 'unregistered' };

const SEALED_MAX = 16_384;
const RATING_MAX = 10_000_000;

type Answer = Decision<UserEvent, UserRejection>;

/** Judges a command. The answer is the events to record, or the one reason for which it is refused. */
export function decide(command: UserCommand, user: User, { at, actor }: Facts): Answer {
  const self = isSelf(actor, command.userId);
  if (command.type === 'RegisterUser') {
    if (!self && !isStaff(actor)) return reject({ reason: 'NotAllowed' });
    if (user.status !== 'unregistered') return reject({ reason: 'UserAlreadyRegistered' });
    const { username, personalData } = command;
    const problem = textProblem(username, 1, 64);
    if (problem !== null) return reject({ reason: 'InvalidUser', field: 'username', problem });
    return sealedProblem(personalData) ?? accept({ type: 'UserRegistered', username, personalData, registeredAt: at });
  }
  if (user.status === 'unregistered') return reject({ reason: 'UserUnknown' });
  if (command.type === 'ChangePersonalData') {
    const { personalData } = command;
    if (!self) return reject({ reason: 'NotAllowed' });
    return sealedProblem(personalData) ?? accept({ type: 'PersonalDataChanged', personalData, changedAt: at });
  }
  if (!isStaff(actor)) return reject({ reason: 'NotAllowed' });
  const by = actor.kind === 'user' ? actor.userId : null;
  switch (command.type) {
    case 'VerifyUser':
      return user.verified
        ? reject({ reason: 'UserAlreadyVerified' })
        : accept({ type: 'UserVerified', verifiedAt: at });
    case 'RateUser':
      return ratingProblem(command.rating) ?? accept({ type: 'UserRated', rating: command.rating, ratedAt: at });
    case 'SuspendUser':
      if (user.status === 'suspended') return reject({ reason: 'UserAlreadySuspended' });
      return (
        reasonProblem(command.reason) ??
        accept({ type: 'UserSuspended', reason: command.reason, suspendedBy: by, suspendedAt: at })
      );
    case 'ReinstateUser':
      if (user.status !== 'suspended') return reject({ reason: 'UserNotSuspended' });
      return (
        reasonProblem(command.reason) ??
        accept({ type: 'UserReinstated', reason: command.reason, reinstatedBy: by, reinstatedAt: at })
      );
  }
}

/** Applies a fact; throws on an impossible order. */
export function evolve(user: User, event: UserEvent): User {
  if (event.type === 'UserRegistered') {
    if (user.status !== 'unregistered') throw new Error('corrupt stream: UserRegistered on a registered user');
    return { status: 'active', username: event.username, verified: false, rating: 0 };
  }
  if (user.status === 'unregistered') throw new Error(`corrupt stream: ${event.type} on a user who is not registered`);
  switch (event.type) {
    case 'PersonalDataChanged':
      return user;
    case 'UserVerified':
      return { ...user, verified: true };
    case 'UserRated':
      return { ...user, rating: event.rating };
    case 'UserSuspended':
      return { ...user, status: 'suspended' };
    case 'UserReinstated':
      return { ...user, status: 'active' };
  }
}

/** The standing that auctions judge by, at this revision of the user's stream. */
export const standingOf = (user: User, revision: number): UserStanding =>
  user.status === 'unregistered' ? { status: 'unknown' } : { status: user.status, revision };

function sealedProblem(sealed: string | null): Answer | null {
  if (sealed === null || (sealed.length > 0 && sealed.length <= SEALED_MAX)) return null;
  return reject({
    reason: 'InvalidUser',
    field: 'personalData',
    problem: `must be 1 to ${SEALED_MAX} characters of ciphertext`,
  });
}

function ratingProblem(rating: number): Answer | null {
  if (Number.isInteger(rating) && Math.abs(rating) <= RATING_MAX) return null;
  return reject({
    reason: 'InvalidUser',
    field: 'rating',
    problem: `must be a whole number from -${RATING_MAX} to ${RATING_MAX}`,
  });
}

function reasonProblem(reason: string): Answer | null {
  const problem = textProblem(reason, 1, 500);
  return problem === null ? null : reject({ reason: 'InvalidUser', field: 'reason', problem });
}

const isSelf = (actor: Actor, userId: UserId): boolean => actor.kind === 'user' && actor.userId === userId;
const isStaff = (actor: Actor): boolean =>
  actor.kind === 'house' || actor.roles.includes('operator') || actor.roles.includes('admin');
