// What of an identity provider's answer did not hold, in words.
import * as oidc from 'openid-client';
import { hasCode } from '../runtime/system-error.js';

/** No answer, or none of an identity provider: trying again may help. */
const AWAY = ['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON'];

const CLAIMS: Readonly<Record<string, string>> = {
  iss: 'its token is of another issuer',
  aud: 'its token is for another client',
  azp: 'its token is for another client',
  nonce: 'its token is of another sign-in',
  exp: 'its token is over',
  nbf: 'its token is not good yet',
};

/** Whether the provider is not there, or does not take this house for its client: nothing that the person can mend. */
export function isAway(error: unknown): boolean {
  if (error instanceof oidc.ResponseBodyError) return error.error !== 'invalid_grant';
  return hasCode(error, ...AWAY) || (error instanceof TypeError && !hasCode(error, 'ERR_INVALID_ARG_VALUE'));
}

/** What does not hold, as the end of a sentence. */
export function whatIsWrong(error: unknown): string {
  if (error instanceof oidc.ResponseBodyError) return 'its code was used, or is over';
  const claim = claimOf(error);
  return CLAIMS[claim] ?? 'it is not as OpenID Connect has it';
}

/** The library says which claim in the innermost cause. */
function claimOf(error: unknown): string {
  for (let at = error; typeof at === 'object' && at !== null; at = (at as { cause?: unknown }).cause)
    if ('claim' in at && typeof at.claim === 'string') return at.claim;
  return '';
}
