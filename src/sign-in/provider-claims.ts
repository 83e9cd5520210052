// What an identity provider says of a person, as far as this house takes it.
import type { Role } from '../domain/actor.js';

export type ClaimSettings = Readonly<{
  /** Whether an address counts as checked of which the provider does not say whether it is. */
  trustsAddresses: boolean;
  /** The claim that says who is staff; null where none does. */
  rolesClaim: string | null;
}>;

export type ProvidedPerson = Readonly<{
  /** The provider's own name for the person, which never changes. */
  subject: string;
  email: string | null;
  /** Who says that the address is the person's: the provider, or only the settings of this house. */
  checkedBy: 'provider' | 'settings' | null;
  /** What others might see the person as, the best first. */
  names: readonly string[];
  /** Null where no claim says. */
  roles: readonly Role[] | null;
}>;

/** What a claim can make of somebody; bidder and seller is whoever signs in. */
export const CLAIMED_ROLES: readonly Role[] = ['analyst', 'operator', 'admin'];

type Claims = Readonly<Record<string, unknown>>;

/** Who these claims are of. */
export function personIn(
  claims: Claims & Readonly<{ sub: string }>,
  { trustsAddresses, rolesClaim }: ClaimSettings,
): ProvidedPerson {
  const names = [claims['nickname'], claims['preferred_username'], claims['given_name']];
  return {
    subject: claims.sub,
    email: typeof claims['email'] === 'string' ? claims['email'] : null,
    checkedBy: checkedBy(claims['email_verified'], trustsAddresses),
    // Where a username is an address, it is not for others to see.
    names: names.filter((name) => typeof name === 'string').filter((name) => !name.includes('@')),
    roles: rolesClaim === null ? null : rolesIn(claimAt(claims, rolesClaim)),
  };
}

/** Some providers write the answer as text. */
function checkedBy(said: unknown, trustsAddresses: boolean): ProvidedPerson['checkedBy'] {
  if (said === true || said === 'true') return 'provider';
  return said === undefined && trustsAddresses ? 'settings' : null;
}

/** The claim of this name; else what the dots in it lead to, as in `realm_access.roles`. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split('.').reduce<unknown>((at, part) => {
    const isObject = typeof at === 'object' && at !== null && Object.hasOwn(at, part);
    return isObject ? (at as Claims)[part] : undefined;
  }, claims);
}

function rolesIn(claim: unknown): readonly Role[] {
  const said: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return CLAIMED_ROLES.filter((role) => said.includes(role));
}
