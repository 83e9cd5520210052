// A real identity provider (oidc-provider) on this machine. Whoever comes is signed in there as the person that the test names.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';

export const CLIENT = { id: 'gavel', secret: 'a secret of the client' } as const;

export class IdentityProvider {
  /** What the provider says of people, by their subjects. */
  readonly people = new Map<string, Readonly<Record<string, unknown>>>();
  /** Who is there; null for somebody who does not go on. */
  who: string | null = null;
  /** Whether it answers as a gateway does whose server is gone. */
  isAway = false;
  /** What becomes of the claims of an ID token before it is signed. */
  alter: (claims: JWTPayload) => JWTPayload = (claims) => claims;
  /** What ID tokens are signed with, where it is not the provider's own key. */
  foreignKey: CryptoKey | null = null;

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
    private readonly key: Readonly<{ jwk: JWK; own: CryptoKey }>,
  ) {}

  static async open(): Promise<IdentityProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = { ...(await exportJWK(privateKey)), kid: 'own', alg: 'RS256', use: 'sig' };
    const { port } = server.address() as AddressInfo;
    return new IdentityProvider(server, `http://127.0.0.1:${port}`, { jwk, own: privateKey });
  }

  /** Begins to answer, for a house at this address. */
  serve(house: string): void {
    const provider: Provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [`${house}/sign-in`],
          response_types: ['code'],
        },
      ],
      jwks: { keys: [this.key.jwk as Record<string, string>] },
      cookies: { keys: ['a key of the provider'] },
      claims: {
        openid: ['sub', 'roles'],
        email: ['email', 'email_verified'],
        profile: ['nickname', 'preferred_username'],
      },
      features: { devInteractions: { enabled: false } },
      interactions: { url: () => '/login' },
      pkce: { required: () => true },
      ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
      findAccount: (_context, id) => ({
        accountId: id,
        claims: async () => ({ sub: id, ...this.people.get(id) }),
      }),
      loadExistingGrant: (context) => granted(provider, context),
    });
    provider.use(async (context, next) => {
      if (context.path === '/login')
        return provider.interactionFinished(
          context.req,
          context.res,
          this.who === null ? { error: 'access_denied' } : { login: { accountId: this.who } },
        );
      await next();
      const body = context.body as { id_token?: string } | undefined;
      if (context.path === '/token' && body?.id_token !== undefined)
        body.id_token = await this.signedAnew(body.id_token);
    });
    const answer = provider.callback();
    this.server.on('request', (request, response) => {
      if (this.isAway) response.writeHead(502).end('gone');
      else void answer(request, response);
    });
  }

  /** Goes where the house has sent a browser, and comes back with what the provider has added to the house's address. */
  async visit(url: string): Promise<string> {
    const cookies = new Map<string, string>();
    let at = new URL(url);
    for (let hops = 0; hops < 10; hops++) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const reply = await fetch(at, { redirect: 'manual', headers: { cookie } });
      for (const line of reply.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      const to = reply.headers.get('location');
      if (to === null)
        throw new Error(`the provider answered ${reply.status} at ${at.pathname}: ${await reply.text()}`);
      at = new URL(to, at);
      if (at.pathname === '/sign-in') return at.search;
    }
    throw new Error(`the provider sends in circles: ${at.href}`);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async signedAnew(token: string): Promise<string> {
    const [, payload = ''] = token.split('.');
    const claims = this.alter(JSON.parse(Buffer.from(payload, 'base64url').toString()) as JWTPayload);
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'own' }).sign(this.foreignKey ?? this.key.own);
  }
}

/** Nobody is asked whether the house may know them. */
async function granted(provider: Provider, { oidc }: KoaContextWithOIDC) {
  const grant = new provider.Grant({ clientId: oidc.client?.clientId, accountId: oidc.session?.accountId });
  grant.addOIDCScope('openid email profile');
  await grant.save();
  return grant;
}
