// Whose account it is that an identity provider lets somebody into. The first time the address decides, and only one that is checked:
// an account of this house is given to nobody for an address that anybody could have typed.
import { z } from 'zod';
import type { UserId } from '../../domain/ids.js';
import { usernameProblem } from '../../personal-data/personal-data.js';
import { ApiError } from '../http/api-error.js';
import type { AccountParts } from './person.js';
import type { ProvidedPerson, ProviderOfPeople } from './sign-in.deps.js';
import { erase, register, submit } from './sign-up.js';

const address = z.email().max(320);
/** For somebody whom the provider has no name for that others may see. */
const NAMELESS = 'member';

/** The account that this person signs in to from now on. Opens one where there is none. */
export async function enter(parts: AccountParts, provider: ProviderOfPeople, person: ProvidedPerson): Promise<UserId> {
  const id = (await provider.accountOf(person.subject)) ?? (await firstEntry(parts, provider, person));
  if (person.roles !== null) await takeRoles(parts, provider, id, person.roles);
  return id;
}

async function firstEntry(parts: AccountParts, provider: ProviderOfPeople, person: ProvidedPerson): Promise<UserId> {
  const email = checkedAddress(provider.name, person);
  const there = await parts.signIn.accounts.accountAt(email);
  if (there?.isConfirmed === true) {
    if (person.checkedBy !== 'provider') throw addressTaken();
    await provider.link(there.userId, person.subject);
    return there.userId;
  }
  // Whoever signed up with this address and never confirmed it need not be its owner, who comes now.
  if (there !== null) await erase(parts, there.userId);
  const id = await register(parts, { username: usernameOf(person), email });
  if (await provider.open(id, { email, subject: person.subject })) {
    await submit(parts, { type: 'ConfirmEmail', userId: id, dataVersion: 1 });
    return id;
  }
  await erase(parts, id);
  const other = await provider.accountOf(person.subject);
  if (other !== null) return other;
  throw addressTaken();
}

function checkedAddress(name: string, { email, checkedBy }: ProvidedPerson): string {
  if (!address.safeParse(email).success || email === null)
    throw new ApiError(
      403,
      'AddressMissing',
      `${name} gives no e-mail address of yours, and no account can be opened without one`,
    );
  if (checkedBy !== null) return email;
  throw new ApiError(
    403,
    'AddressUnverified',
    `${name} does not say that your e-mail address is verified; verify it there`,
  );
}

const addressTaken = (): ApiError =>
  new ApiError(409, 'AddressTaken', 'somebody has an account with your e-mail address here; sign in with its password');

const usernameOf = ({ names }: ProvidedPerson): string =>
  names.map((name) => name.trim()).find((name) => usernameProblem(name) === null) ?? NAMELESS;

/** Gives and takes what the provider decides on, with a record of each change. */
async function takeRoles(
  { signIn: { roles }, beginOperation, runtime }: AccountParts,
  { name, claimable }: ProviderOfPeople,
  userId: UserId,
  claimed: NonNullable<ProvidedPerson['roles']>,
): Promise<void> {
  const has = roles.after(await roles.changesOf(userId));
  for (const role of claimable) {
    const isGiven = claimed.includes(role);
    if (has.includes(role) === isGiven) continue;
    const reason = `${name} says so`;
    const operation = isGiven ? 'RoleGiven' : 'RoleTaken';
    await beginOperation({ operation, by: null, account: null, target: `user-${userId}`, detail: role, reason });
    await roles.record(userId, { role, isGiven, by: null, reason, at: runtime.now() });
  }
}
