// A user's account: registered once, verified, rated, suspended and reinstated, and erased for good. Personal data passes
// through as one ciphertext and is not kept in the state: no rule reads it.
import type { Facts, NamedUser } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { placeProblem } from '../fees/fees-problem.js';
import { NO_POSITION, type TaxPosition } from '../fees/tax-position.js';
import { hasRole, idOf, isHouse, isSelf, isStaff } from '../permissions.js';
import { type TextLimits, textProblem } from '../text.js';
import { type Instant, later } from '../time.js';
import type { Ties, UserCommand, UserRejection } from './user.commands.js';
import type { EncryptedUsername, UserEvent } from './user.events.js';

/**
 * News by e-mail. `dataVersion` counts how often the person gave personal data; the address in it is confirmed while
 * `verifiedVersion` is the same.
 */
export type UserMail = Readonly<{
  dataVersion: number;
  verifiedVersion: number | null;
  requestedAt: Instant | null;
  wanted: boolean;
}>;

/** `statement` counts what the person has stated, 0 before the first; `isNumberKnown` whether the last one had a number. */
export type UserTax = Readonly<{ statement: number; isNumberKnown: boolean; position: TaxPosition }>;

export type UnregisteredUser = Readonly<{ status: 'unregistered' }>;
export type RegisteredUser = Readonly<{
  status: 'active' | 'suspended';
  username: EncryptedUsername | null;
  isVerified: boolean;
  rating: number;
  mail: UserMail;
  tax: UserTax;
}>;
export type ErasedUser = Readonly<{ status: 'erased'; isVerified: boolean; rating: number; erasedAt: Instant }>;
export type User = UnregisteredUser | RegisteredUser | ErasedUser;

/** Everybody before their first event. */
export const unregistered: User = { status: 'unregistered' };

const REASON_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 500, lines: 'many' };
/** Encrypted and in base64: a few hundred characters in practice. What is inside was checked before it was encrypted. */
const ENCRYPTED_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 16_384, lines: 'one' };
/** Ratings stay well within a database's 32-bit integer. */
const RATING_MAX = 1_000_000_000;
/** Whoever gives somebody else's address can bother them no more often than this. */
const VERIFICATION_EVERY_MS = 600_000;

type UserDecision = Decision<UserEvent, UserRejection>;

/** Judges a command on an account. Registration and personal data are the person's own; the rest is for staff. */
export function decide(command: UserCommand, user: User, facts: Facts): UserDecision {
  if (!isAllowed(command, facts)) return reject({ reason: 'NotAllowed' });
  if (user.status === 'erased') return reject({ reason: 'UserErased' });
  const problem = problemIn(command);
  if (problem !== null) return reject({ reason: 'InvalidUser', ...problem });
  if (command.type === 'RegisterUser') {
    if (user.status !== 'unregistered') return reject({ reason: 'UserAlreadyRegistered' });
    const { username, personalData } = command;
    return accept<UserEvent>({ type: 'UserRegistered', username, personalData, registeredAt: facts.at });
  }
  return user.status === 'unregistered' ? reject({ reason: 'UserUnknown' }) : decideRegistered(command, user, facts);
}

function decideRegistered(
  command: Exclude<UserCommand, { type: 'RegisterUser' }>,
  user: RegisteredUser,
  { at, actor }: Facts,
): UserDecision {
  switch (command.type) {
    case 'ChangePersonalData':
      return accept<UserEvent>({ type: 'PersonalDataChanged', personalData: command.personalData, changedAt: at });
    case 'StateBankAccount':
      return accept<UserEvent>({ type: 'BankAccountStated', account: command.account, statedAt: at });
    case 'RequestEmailVerification':
    case 'ConfirmEmail':
    case 'ChooseMail':
      return decideMail(command, user.mail, at);
    case 'StateTaxPosition':
    case 'JudgeTaxNumber':
      return decideTax(command, user.tax, { at, actor });
    case 'VerifyUser':
      if (user.isVerified) return reject({ reason: 'UserAlreadyVerified' });
      return accept<UserEvent>({ type: 'UserVerified', verifiedAt: at });
    case 'RateUser':
      return accept<UserEvent>({ type: 'UserRated', rating: command.rating, ratedAt: at });
    case 'SuspendUser':
      if (user.status === 'suspended') return reject({ reason: 'UserAlreadySuspended' });
      return accept<UserEvent>({
        type: 'UserSuspended',
        reason: command.reason,
        suspendedBy: idOf(actor),
        voidBids: command.voidBids,
        suspendedAt: at,
      });
    case 'EraseUser':
      // The house erases what was erased before, after a restore; ties made meanwhile cannot hold it up.
      if (!isHouse(actor) && isTied(command.ties)) return reject({ reason: 'UserHasTies', ...command.ties });
      return accept<UserEvent>({ type: 'UserErased', erasedBy: idOf(actor), erasedAt: at });
    case 'ReinstateUser':
      if (user.status === 'active') return reject({ reason: 'UserNotSuspended' });
      return accept<UserEvent>({
        type: 'UserReinstated',
        reason: command.reason,
        reinstatedBy: idOf(actor),
        reinstatedAt: at,
      });
  }
}

type MailCommand = Extract<UserCommand, { type: 'RequestEmailVerification' | 'ConfirmEmail' | 'ChooseMail' }>;

function decideMail(command: MailCommand, mail: UserMail, at: Instant): UserDecision {
  const { dataVersion, verifiedVersion, requestedAt } = mail;
  if (command.type === 'ChooseMail')
    return accept<UserEvent>({ type: 'MailChosen', wanted: command.wanted, chosenAt: at });
  if (dataVersion === 0) return reject({ reason: 'EmailUnknown' });
  if (command.type === 'ConfirmEmail' && command.dataVersion !== dataVersion) return reject({ reason: 'EmailChanged' });
  if (verifiedVersion === dataVersion) return reject({ reason: 'EmailAlreadyVerified' });
  if (command.type === 'ConfirmEmail') return accept<UserEvent>({ type: 'EmailVerified', dataVersion, verifiedAt: at });
  const until = requestedAt === null ? at : later(requestedAt, VERIFICATION_EVERY_MS);
  if (at < until) return reject({ reason: 'EmailVerificationTooSoon', until });
  return accept<UserEvent>({ type: 'EmailVerificationRequested', dataVersion, requestedAt: at });
}

type TaxCommand = Extract<UserCommand, { type: 'StateTaxPosition' | 'JudgeTaxNumber' }>;

function decideTax(command: TaxCommand, tax: UserTax, { at, actor }: Pick<Facts, 'at' | 'actor'>): UserDecision {
  if (command.type === 'StateTaxPosition') {
    const { country, region, taxNumber } = command;
    const statement = tax.statement + 1;
    return accept<UserEvent>({ type: 'TaxPositionStated', statement, country, region, taxNumber, statedAt: at });
  }
  const { statement, accepted } = command;
  if (!tax.isNumberKnown) return reject({ reason: 'TaxNumberUnknown' });
  if (statement !== tax.statement) return reject({ reason: 'TaxStatementChanged' });
  return accept<UserEvent>({ type: 'TaxNumberJudged', statement, accepted, judgedBy: idOf(actor), judgedAt: at });
}

const isTied = ({ selling, bidding, unpaid }: Ties): boolean => selling + bidding + unpaid > 0;

function isAllowed(command: UserCommand, { actor }: Facts): boolean {
  switch (command.type) {
    case 'RegisterUser':
      return isSelf(actor, command.userId) || isStaff(actor);
    case 'ChangePersonalData':
    case 'StateTaxPosition':
    case 'StateBankAccount':
    case 'RequestEmailVerification':
      return isSelf(actor, command.userId);
    case 'ConfirmEmail':
      return isHouse(actor);
    // The house for whoever follows the link of a letter.
    case 'ChooseMail':
      return isSelf(actor, command.userId) || isHouse(actor);
    case 'EraseUser':
      return isSelf(actor, command.userId) || hasRole(actor, 'admin') || isHouse(actor);
    case 'RateUser':
      return isHouse(actor) || isStaff(actor);
    case 'VerifyUser':
    case 'JudgeTaxNumber':
    case 'SuspendUser':
    case 'ReinstateUser':
      return isStaff(actor);
  }
}

type Problem = Readonly<{ field: string; problem: string }>;

function problemIn(command: UserCommand): Problem | null {
  switch (command.type) {
    case 'RegisterUser':
      return encryptedProblem('username', command.username) ?? encryptedProblem('personalData', command.personalData);
    case 'ChangePersonalData':
      return encryptedProblem('personalData', command.personalData);
    case 'StateBankAccount':
      return encryptedProblem('account', command.account);
    case 'StateTaxPosition':
      if (command.country === null && command.taxNumber !== null)
        return { field: 'taxNumber', problem: 'must come with a country' };
      return placeProblem('', command) ?? encryptedProblem('taxNumber', command.taxNumber);
    case 'RateUser':
      if (Number.isSafeInteger(command.rating) && Math.abs(command.rating) <= RATING_MAX) return null;
      return { field: 'rating', problem: `must be a whole number from -${RATING_MAX} to ${RATING_MAX}` };
    case 'SuspendUser':
    case 'ReinstateUser':
      return named('reason', textProblem(command.reason, REASON_LIMITS));
    case 'RequestEmailVerification':
    case 'ConfirmEmail':
    case 'ChooseMail':
    case 'VerifyUser':
    case 'JudgeTaxNumber':
    case 'EraseUser':
      return null;
  }
}

const encryptedProblem = (field: string, encrypted: string | null): Problem | null =>
  encrypted === null ? null : named(field, textProblem(encrypted, ENCRYPTED_LIMITS));

const named = (field: string, problem: string | null): Problem | null => (problem === null ? null : { field, problem });

const NO_MAIL: UserMail = { dataVersion: 0, verifiedVersion: null, requestedAt: null, wanted: false };

const NO_TAX: UserTax = { statement: 0, isNumberKnown: false, position: NO_POSITION };

/** Applies a fact of an account; never judges. Throws on a fact that cannot follow, which means a corrupt stream. */
export function evolve(user: User, event: UserEvent): User {
  if (event.type === 'UserRegistered') {
    if (user.status !== 'unregistered') throw new Error('broken invariant: UserRegistered on an account that exists');
    const mail = event.personalData === null ? NO_MAIL : { ...NO_MAIL, dataVersion: 1 };
    return { status: 'active', username: event.username, isVerified: false, rating: 0, mail, tax: NO_TAX };
  }
  if (user.status === 'unregistered')
    throw new Error(`broken invariant: ${event.type} on an account that does not exist`);
  if (user.status === 'erased') throw new Error(`broken invariant: ${event.type} on an account that was erased`);
  switch (event.type) {
    case 'PersonalDataChanged':
      return { ...user, mail: { ...user.mail, dataVersion: user.mail.dataVersion + 1 } };
    case 'EmailVerificationRequested':
      return { ...user, mail: { ...user.mail, requestedAt: event.requestedAt } };
    case 'EmailVerified':
      return { ...user, mail: { ...user.mail, verifiedVersion: event.dataVersion } };
    case 'MailChosen':
      return { ...user, mail: { ...user.mail, wanted: event.wanted } };
    case 'TaxPositionStated': {
      const { statement, country, region, taxNumber } = event;
      const position = { country, region, hasNumber: false };
      return { ...user, tax: { statement, isNumberKnown: taxNumber !== null, position } };
    }
    case 'TaxNumberJudged':
      return { ...user, tax: { ...user.tax, position: { ...user.tax.position, hasNumber: event.accepted } } };
    // No rule reads it.
    case 'BankAccountStated':
      return user;
    case 'UserVerified':
      return { ...user, isVerified: true };
    case 'UserRated':
      return { ...user, rating: event.rating };
    case 'UserSuspended':
      return { ...user, status: 'suspended' };
    case 'UserReinstated':
      return { ...user, status: 'active' };
    case 'UserErased': {
      const { isVerified, rating } = user;
      return { status: 'erased', isVerified, rating, erasedAt: event.erasedAt };
    }
  }
}

/**
 * Whether a user may bid and sell; `revision` is that of the last event folded into `user`. An erased user is unknown.
 */
export const namedUser = ({ status }: User, revision: number): NamedUser =>
  status === 'unregistered' || status === 'erased' ? { status: 'unknown' } : { status, revision };

/** Where a user is for tax. Whoever is not known, or was erased, counts as living where the house is. */
export const taxPositionOf = (user: User): TaxPosition =>
  user.status === 'active' || user.status === 'suspended' ? user.tax.position : NO_POSITION;
