// An identity provider that people sign in with (OpenID Connect Core 1.0: a code, with PKCE). openid-client checks what it answers:
// signature, issuer, audience, times, nonce, state. What a sign-in under way needs is in a cookie that only this house can make.
import { createHmac, timingSafeEqual } from 'node:crypto';
import * as oidc from 'openid-client';
import { type Instant, later } from '../domain/time.js';
import { type ClaimSettings, type ProvidedPerson, personIn } from './provider-claims.js';
import { isAway, whatIsWrong } from './provider-errors.js';

export type ProviderSettings = Readonly<{
  issuer: URL;
  clientId: string;
  /** Null for a client without one: PKCE alone shows that the code is ours. */
  clientSecret: string | null;
  /** As people are told it. */
  name: string;
}> &
  ClaimSettings;
export type ProviderParts = Readonly<{ key: Uint8Array; now: () => Instant }>;

/** `flow` is for a cookie, and back to `finish`. */
export type Begun = Readonly<{ url: string; flow: string }>;
export type Finished =
  | Readonly<{ status: 'person'; person: ProvidedPerson }>
  | Readonly<{ status: 'not-begun' }>
  | Readonly<{ status: 'denied' }>
  /** `what` ends "the answer of the identity provider does not hold: ". */
  | Readonly<{ status: 'wrong'; what: string }>
  | Readonly<{ status: 'away'; cause: unknown }>;

/** How long somebody may take at the provider. */
export const FLOW_MS = 10 * 60_000;
/** How far the provider's clock may be from ours. */
const CLOCK_TOLERANCE_S = 60;
const TIMEOUT_S = 10;

type Flow = Readonly<{ state: string; nonce: string; verifier: string; back: string; until: number }>;

export class Provider {
  private found: Promise<oidc.Configuration> | null = null;

  constructor(
    private readonly settings: ProviderSettings,
    private readonly parts: ProviderParts,
  ) {}

  /** Begins a sign-in that comes back to this address. */
  async begin(back: string): Promise<Begun | Readonly<{ status: 'away'; cause: unknown }>> {
    try {
      const configuration = await this.configuration();
      const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
      const url = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: back,
        scope: 'openid email profile',
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return {
        url: url.href,
        flow: this.sealed({ state, nonce, verifier, back, until: later(this.parts.now(), FLOW_MS) }),
      };
    } catch (cause) {
      return { status: 'away', cause };
    }
  }

  /** Takes what the provider has added to the address: who it says has signed in. */
  async finish(answer: string, sealed: string | null): Promise<Finished> {
    const flow = sealed === null ? null : this.opened(sealed);
    const url = flow === null ? null : new URL(`?${new URLSearchParams(answer)}`, flow.back);
    if (flow === null || url?.searchParams.get('state') !== flow.state) return { status: 'not-begun' };
    try {
      return { status: 'person', person: await this.personOf(url, flow) };
    } catch (error) {
      if (error instanceof oidc.AuthorizationResponseError) return { status: 'denied' };
      return isAway(error) ? { status: 'away', cause: error } : { status: 'wrong', what: whatIsWrong(error) };
    }
  }

  private async personOf(url: URL, { state, nonce, verifier }: Flow): Promise<ProvidedPerson> {
    const configuration = await this.configuration();
    const tokens = await oidc.authorizationCodeGrant(configuration, url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('no ID token, which the library has asked for');
    const hasMore = configuration.serverMetadata().userinfo_endpoint !== undefined;
    const more = hasMore ? await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub) : {};
    return personIn({ ...more, ...claims }, this.settings);
  }

  /** What the provider says of itself. Asked once; again where it did not answer. */
  private async configuration(): Promise<oidc.Configuration> {
    this.found ??= this.discovered();
    try {
      return await this.found;
    } catch (error) {
      this.found = null;
      throw error;
    }
  }

  private discovered(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    const authentication = clientSecret === null ? oidc.None() : oidc.ClientSecretBasic(clientSecret);
    // For a provider on this machine, in development (config.ts).
    const insecure = issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
    const options = { timeout: TIMEOUT_S, execute: [...insecure, oidc.enableNonRepudiationChecks] };
    return oidc.discovery(issuer, clientId, { [oidc.clockTolerance]: CLOCK_TOLERANCE_S }, authentication, options);
  }

  private sealed(flow: Flow): string {
    const text = Buffer.from(JSON.stringify(flow)).toString('base64url');
    return `${text}.${this.signature(text).toString('base64url')}`;
  }

  /** Null for one that is not ours, or over. */
  private opened(sealed: string): Flow | null {
    const [text = '', signature = ''] = sealed.split('.');
    const [given, right] = [Buffer.from(signature, 'base64url'), this.signature(text)];
    if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
    const flow = JSON.parse(Buffer.from(text, 'base64url').toString()) as Flow;
    return this.parts.now() < flow.until ? flow : null;
  }

  private signature(text: string): Buffer {
    return createHmac('sha256', this.parts.key).update(text).digest();
  }
}
