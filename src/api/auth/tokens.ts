// Bearer tokens: checked with `jose`, then remembered for five minutes at most. A signature costs more than
// all else the edge does for a bid, and clients send the same token with each; but a key that its provider has withdrawn
// must not stay good for as long as some token says.
import { createSecretKey } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { userId, uuidIn } from '../../domain/ids.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { TokenSettings } from '../api.settings.js';
import { ApiError } from '../http/api-error.js';
import type { Caller } from './access.js';

const ROLES = ['bidder', 'seller', 'analyst', 'operator', 'admin'] as const;
/** Identity providers' clocks and ours need not agree to the second. */
const CLOCK_TOLERANCE_S = 5;
const PUBLIC_KEY_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** Longer than any token of a person with five roles. */
const TOKEN_LENGTH_MAX = 4_096;
/** Providers' tokens have some 1,000 characters. Where those that are remembered are longer, fewer of them are. */
const TOKEN_LENGTH_USUAL = 1_024;

/** What was once verified, and the keys that it was verified with, are good for so long. */
const REMEMBERED_MAX_MS = 5 * 60_000;

/** The claims that are read. Roles that are not ours are passed over: providers put theirs beside them. */
const claims = z.object({
  sub: z
    .string()
    .refine((sub) => uuidIn(sub) !== null, 'is not a UUID')
    .transform((sub) => userId(sub.toLowerCase())),
  exp: z.number(),
  iat: z.number().optional(),
  roles: z.array(z.string()).default([]),
});

/**
 * Who a token speaks for, and until when (seconds since 1970). From `checkAgainAtMs` on (monotonic milliseconds) nobody may
 * rest on it any more without having it verified again.
 */
export type Verified = Readonly<{ caller: Caller; expiresAtS: number; checkAgainAtMs: number }>;

/** The claims under a signature that fits, and until when the keys behind it may be relied on. */
type Signed = Readonly<{ payload: JWTPayload; checkAgainAtMs: number }>;

export class Tokens {
  /** By the whole header. Even a digest of it would cost more than all else that the gate does. */
  private readonly remembered: LRUCache<string, Verified>;
  private readonly check: (token: string) => Promise<Signed>;

  constructor(
    private readonly settings: TokenSettings,
    private readonly runtime: Runtime,
  ) {
    this.remembered = new LRUCache({
      max: settings.cacheMax,
      maxSize: settings.cacheMax * TOKEN_LENGTH_USUAL,
      sizeCalculation: (_verified, header) => header.length,
    });
    this.check = checkerOf(settings, runtime);
  }

  /** Who sends this `Authorization` header; null without one. Throws a 401 on anything but a valid bearer token. */
  async callerOf(header: string | undefined): Promise<Caller | null> {
    return header === undefined ? null : (await this.verified(header)).caller;
  }

  /** The same without a look at signatures: undefined for a token that has to be verified first. */
  known(header: string | undefined): Caller | null | undefined {
    if (header === undefined) return null;
    return this.stillGood(header)?.caller;
  }

  /** The same with the token's end, for connections that outlive a request. */
  async verified(header: string): Promise<Verified> {
    const known = this.stillGood(header);
    if (known !== undefined) return known;
    const token = /^bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header)?.[1];
    if (token === undefined || token.length > TOKEN_LENGTH_MAX)
      throw invalidToken('the Authorization header must be "Bearer" and a JSON Web Token');
    const verified = await this.verify(token);
    this.remembered.set(header, verified);
    return verified;
  }

  private stillGood(header: string): Verified | undefined {
    const known = this.remembered.get(header);
    if (known === undefined) return undefined;
    const { expiresAtS, checkAgainAtMs } = known;
    const isGood = this.runtime.now() / 1_000 < expiresAtS && this.runtime.monotonicMs() < checkAgainAtMs;
    return isGood ? known : undefined;
  }

  private async verify(token: string): Promise<Verified> {
    const { payload, checkAgainAtMs } = await this.check(token).catch((error: unknown) => {
      throw refusalOf(error);
    });
    const read = claims.safeParse(payload);
    if (!read.success) {
      const issue = read.error.issues[0];
      throw invalidToken(`the token's claim "${String(issue?.path[0])}" ${issue?.message ?? 'is wrong'}`);
    }
    const { sub, exp, iat, roles } = read.data;
    this.refuseUnboundedLife(exp, iat);
    const ours = ROLES.filter((role) => roles.includes(role));
    return { caller: { kind: 'user', userId: sub, roles: ours }, expiresAtS: exp, checkAgainAtMs };
  }

  /** Its life begins when it was issued; where it does not say when that was, now. */
  private refuseUnboundedLife(exp: number, iat: number | undefined): void {
    const nowS = this.runtime.now() / 1_000;
    if (iat !== undefined && iat > nowS + CLOCK_TOLERANCE_S)
      throw invalidToken('the token\'s claim "iat" lies in the future; a token is taken from when it was issued on');
    const lifetimeMaxS = this.settings.lifetimeMaxMs / 1_000;
    if (exp - (iat ?? nowS) > lifetimeMaxS + CLOCK_TOLERANCE_S)
      throw invalidToken(
        `the token's claim "exp" makes it good for longer than ${lifetimeMaxS} s, which is the most that this house takes`,
      );
  }
}

function checkerOf({ key, issuer, audience }: TokenSettings, runtime: Runtime): (token: string) => Promise<Signed> {
  const options = (algorithms: string[]): JWTVerifyOptions => ({
    algorithms,
    requiredClaims: ['sub', 'exp'],
    clockTolerance: CLOCK_TOLERANCE_S,
    currentDate: new Date(runtime.now()),
    ...(issuer === null ? {} : { issuer }),
    ...(audience === null ? {} : { audience }),
  });
  if (key.kind === 'secret') {
    const [secret, also] = [createSecretKey(key.secret), key.also == null ? null : createSecretKey(key.also)];
    return async (token) => {
      const { payload } = await jwtVerify(token, secret, options(['HS256'])).catch((error: unknown) => {
        if (also === null || !(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
        return jwtVerify(token, also, options(['HS256']));
      });
      return { payload, checkAgainAtMs: runtime.monotonicMs() + REMEMBERED_MAX_MS };
    };
  }
  const keys = createRemoteJWKSet(key.url, { cacheMaxAge: Number.POSITIVE_INFINITY });
  const goodUntilMs = keysGoodUntil(keys, runtime);
  return async (token) => {
    const checkAgainAtMs = await goodUntilMs();
    return { payload: (await jwtVerify(token, keys, options(PUBLIC_KEY_ALGORITHMS))).payload, checkAgainAtMs };
  };
}

/** Has the keys fetched anew every five minutes, by our own clock. Whatever they have verified is good until then. */
function keysGoodUntil(keys: ReturnType<typeof createRemoteJWKSet>, runtime: Runtime): () => Promise<number> {
  let untilMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const askedMs = runtime.monotonicMs();
    if (askedMs < untilMs) return untilMs;
    await keys.reload();
    untilMs = Math.max(untilMs, askedMs + REMEMBERED_MAX_MS);
    return untilMs;
  };
}

/** A token that does not fit is the client's; keys that cannot be fetched are not. */
function refusalOf(error: unknown): ApiError {
  if (error instanceof errors.JWTExpired) return invalidToken('the token has expired');
  if (error instanceof errors.JWTClaimValidationFailed)
    return invalidToken(`the token's claim "${error.claim}" is missing or not the one that is asked for`);
  // An answer of the provider that is no key set has the general code.
  const ownFault =
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    (error instanceof errors.JOSEError && error.code === errors.JOSEError.code);
  if (error instanceof errors.JOSEError && !ownFault) return invalidToken('the token is not valid here');
  return new ApiError(503, 'KeysUnavailable', 'the keys that tokens are checked with cannot be had; try again', {
    cause: error,
    headers: { 'retry-after': '5' },
  });
}

const invalidToken = (message: string): ApiError =>
  new ApiError(401, 'TokenInvalid', message, { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
