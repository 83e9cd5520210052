// What signing up and resetting a password come to: the person in the journal first, then what the sign-in keeps, then mail. Whoever
// is interrupted between them signs up again.
import type { UserId } from '../../domain/ids.js';
import { userId } from '../../domain/ids.js';
import type { Command } from '../../domain/messages.js';
import { later } from '../../domain/time.js';
import { NO_TIES } from '../../domain/user/user.commands.js';
import { houseCommandId } from '../../runtime/name-uuid.js';
import type { ApiDeps } from '../api.deps.js';
import { encryptedData, encryptedUsername } from '../commands/encryption.js';
import { ApiError } from '../http/api-error.js';
import type { SignInDeps } from './sign-in.deps.js';

export type SignInParts = Pick<ApiDeps, 'bus' | 'keyStore' | 'erasure' | 'runtime' | 'mailLinks'> &
  Readonly<{ signIn: SignInDeps }>;

/** An address that is not confirmed belongs to nobody: another may sign up with it, but not by the second. */
const AGAIN_AFTER_MS = 10 * 60_000;

/** Opens an account, unless the address has one: then its owner is told by mail. */
export async function signUp(
  parts: SignInParts,
  { username, email, password }: Readonly<{ username: string; email: string; password: string }>,
): Promise<void> {
  const { signIn, runtime } = parts;
  const before = await signIn.accounts.accountAt(email);
  if (before?.isConfirmed === true) return signIn.letters?.alreadyHere(before.userId);
  if (before !== null && runtime.now() < later(before.openedAt, AGAIN_AFTER_MS)) return;
  if (before !== null) await erase(parts, before.userId);
  const id = await register(parts, { username, email });
  // Somebody else was faster.
  if (!(await signIn.accounts.open(id, { email, password }))) return erase(parts, id);
  if (signIn.letters === null) await signIn.accounts.confirm(id, email);
  else await submit(parts, { type: 'RequestEmailVerification', userId: id });
}

/** Registers somebody in the journal, with what is personal encrypted. */
export async function register(
  parts: SignInParts,
  { username, email }: Readonly<{ username: string; email: string }>,
): Promise<UserId> {
  const { runtime, keyStore } = parts;
  const id = userId(runtime.uuid());
  const encrypted = {
    username: await encryptedUsername(keyStore, id, username),
    personalData: await encryptedData(keyStore, id, { name: null, email, address: null }),
  };
  await submit(parts, { type: 'RegisterUser', userId: id, ...encrypted });
  return id;
}

/** Sends the link once more, at most every ten minutes (domain/user). */
export async function sendConfirmation(parts: SignInParts, email: string): Promise<void> {
  const account = await parts.signIn.accounts.accountAt(email);
  if (account === null || account.isConfirmed) return;
  await submit(parts, { type: 'RequestEmailVerification', userId: account.userId }, ['EmailVerificationTooSoon']);
}

/** Sends a link that sets a new password, to whoever has an account with this address. */
export async function sendReset({ signIn: { accounts, letters } }: SignInParts, email: string): Promise<void> {
  const account = await accounts.accountAt(email);
  if (account === null || !account.isConfirmed) return;
  await letters?.reset(account.userId, (await accounts.passwordVersion(account.userId)) ?? 0);
}

/** Sets the password that a link allows. False for a link that is over. */
export async function changePassword(
  { signIn, mailLinks, runtime }: SignInParts,
  { token, password }: Readonly<{ token: string; password: string }>,
): Promise<boolean> {
  const link = mailLinks?.read(token, 'reset', runtime.now()) ?? null;
  if (link === null) return false;
  return signIn.accounts.changePassword(link.userId, { version: link.dataVersion, password });
}

/** Somebody who never confirmed an address leaves no trace. */
export async function erase(parts: SignInParts, id: UserId): Promise<void> {
  await parts.signIn.accounts.forget(id);
  await submit(parts, { type: 'EraseUser', userId: id, ties: NO_TIES }, ['UserErased', 'UserUnknown']);
  await parts.erasure.carryOut(id);
}

/** What the house itself does with accounts. */
const BY_HOUSE: readonly Command['type'][] = ['EraseUser', 'ConfirmEmail'];

/** Submits a command of this account. Throws unless it is accepted, or refused for one of these reasons. */
export async function submit(
  { bus, runtime }: SignInParts,
  command: Extract<Command, { userId: UserId }>,
  fine: readonly string[] = [],
): Promise<void> {
  const { type, userId: id } = command;
  const actor = BY_HOUSE.includes(type)
    ? ({ kind: 'house' } as const)
    : ({ kind: 'user', userId: id, roles: [] } as const);
  const commandId = houseCommandId(`sign-in ${type}`, id, runtime.now());
  const outcome = await bus.submit({ command, commandId, actor, correlationId: null });
  if (outcome.status === 'accepted') return;
  if (outcome.status === 'rejected' && fine.includes(outcome.rejection.reason)) return;
  throw new ApiError(503, 'TryAgain', 'the house could not take this just now; try again', {
    cause: new Error(`${type} was answered ${outcome.status}`),
    headers: { 'retry-after': '5' },
  });
}
