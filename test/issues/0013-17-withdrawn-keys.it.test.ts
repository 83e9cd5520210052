// A key that its provider has withdrawn stayed good for as long as a token's `exp` said: 50 years, or 1e300.
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, SignJWT } from 'jose';
import { type ConfigInvalid, loadConfig } from '../../src/config.js';
import { userId } from '../../src/domain/ids.js';
import { instant } from '../../src/domain/time.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { runtime, secret, settings, TestApi } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { BareSocket } from '../support/watcher.js';

const ann = userId(runtime.uuid());
const FIVE_MINUTES_MS = 300_000;
const DAY_S = 86_400;
const YEAR_S = 365 * DAY_S;

describe('a key that was withdrawn', () => {
  const pair = generateKeyPairSync('ed25519');
  let clock: ManualRuntime;
  let provider: Server;
  let served: 'the key' | 'no key' | 'an error';
  let fetched: number;
  let api: TestApi;
  let url: URL;

  beforeAll(async () => {
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'EdDSA', use: 'sig' };
    provider = createServer((_, response) => {
      fetched += 1;
      if (served === 'an error') response.statusCode = 500;
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ keys: served === 'the key' ? [jwk] : [] }));
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    url = new URL(`http://127.0.0.1:${(provider.address() as AddressInfo).port}/keys`);
  });
  afterAll(() => new Promise((resolve) => provider.close(resolve)));

  beforeEach(() => {
    [served, fetched] = ['the key', 0];
    clock = new ManualRuntime(instant(Date.UTC(2026, 0, 1, 12)));
  });

  const withApi = async (work: () => Promise<void>): Promise<void> => {
    const tokens = { ...settings.tokens, key: { kind: 'jwks', url } } as const;
    api = await TestApi.start({ runtime: clock, settings: { ...settings, tokens } });
    try {
      await work();
    } finally {
      await api.close();
    }
  };
  const sign = (jti: string): Promise<string> => {
    const nowS = Math.floor(clock.now() / 1_000);
    const claims = { roles: ['analyst'], jti, iat: nowS, exp: nowS + DAY_S };
    return new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid: 'k1' }).setSubject(ann).sign(pair.privateKey);
  };
  const status = async (token: string) => (await api.get('/transactions', token)).status;

  it('is good for five minutes more and not for a moment longer', () =>
    withApi(async () => {
      const token = await sign('1');
      expect(await status(token)).toBe(200);
      served = 'no key';
      clock.advanceBy(FIVE_MINUTES_MS - 1);
      expect(await status(token)).toBe(200);
      expect(fetched).toBe(1);
      clock.advanceBy(1);
      expect(await status(token)).toBe(401);
    }));

  it('gives no five minutes anew to a token that came late', () =>
    withApi(async () => {
      expect(await status(await sign('1'))).toBe(200);
      served = 'no key';
      clock.advanceBy(FIVE_MINUTES_MS - 1);
      const late = await sign('2');
      expect(await status(late)).toBe(200);
      clock.advanceBy(1);
      expect(await status(late)).toBe(401);
    }));

  it('is no longer relied on while its provider does not say what is good', () =>
    withApi(async () => {
      const token = await sign('1');
      expect(await status(token)).toBe(200);
      served = 'an error';
      clock.advanceBy(FIVE_MINUTES_MS);
      const reply = await api.get('/transactions', token);
      expect(reply).toMatchObject({ status: 503, body: { code: 'KeysUnavailable' } });
      served = 'the key';
      expect(await status(token)).toBe(200);
    }));

  it('ends the sockets that rest on it', () =>
    withApi(async () => {
      const socket = await BareSocket.ready(api.url, await sign('1'));
      served = 'no key';
      await eventually('the socket to be closed', () => {
        clock.advanceBy(10_000);
        return socket.closed !== null;
      });
      expect(clock.now() - Date.UTC(2026, 0, 1, 12)).toBeGreaterThanOrEqual(FIVE_MINUTES_MS);
      expect(socket.closed).toMatchObject({ code: 4403 });
    }));
});

describe('the life of a token', () => {
  let api: TestApi;
  let clock: ManualRuntime;
  beforeEach(() => {
    clock = new ManualRuntime(instant(Date.UTC(2026, 0, 1, 12)));
  });

  /** By hand: what signs tokens for us would not put such numbers in. */
  const signed = (claims: string): string => {
    const text = [`{"alg":"HS256","typ":"JWT"}`, `{"sub":"${ann}","roles":["analyst"]${claims}}`]
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const replyTo = async (claims: string) => {
    api = await TestApi.start({ runtime: clock });
    const reply = await api.get('/transactions', signed(claims));
    await api.close();
    return reply;
  };
  const nowS = Date.UTC(2026, 0, 1, 12) / 1_000;

  it.each([
    ['a day', `,"exp":${nowS + DAY_S}`],
    ['a day and the tolerance', `,"exp":${nowS + DAY_S + 5}`],
    ['a day since its issue, an hour ago', `,"iat":${nowS - 3_600},"exp":${nowS - 3_600 + DAY_S}`],
    ['a minute, issued by a clock five seconds ahead', `,"iat":${nowS + 5},"exp":${nowS + 60}`],
    ['half a second', `,"exp":${nowS + 0.5}`],
  ])('may be %s', async (_, claims) => {
    expect((await replyTo(claims)).status).toBe(200);
  });

  it.each([
    ['a day and six seconds', `,"exp":${nowS + DAY_S + 6}`, /"exp".*86400 s/],
    ['a day and six seconds since its issue', `,"iat":${nowS - 10},"exp":${nowS - 4 + DAY_S}`, /"exp"/],
    ['50 years', `,"exp":${nowS + 50 * YEAR_S}`, /"exp"/],
    ['50 years, of which an hour is left', `,"iat":${nowS + 3_600 - 50 * YEAR_S},"exp":${nowS + 3_600}`, /"exp"/],
    ['1e300 seconds', ',"exp":1e300', /"exp"/],
    ['1e300 seconds, issued 1e300 seconds ago', ',"iat":-1e300,"exp":1e300', /"exp"/],
    ['more than a number can say', ',"exp":1e400', ''],
    ['without end', '', /"exp"/],
    ['null', ',"exp":null', /"exp"/],
    ['a text', `,"exp":"${nowS + 60}"`, /"exp"/],
    ['over before 1970', ',"exp":-60', /expired/],
    ['yet to begin', `,"iat":${nowS + 6},"exp":${nowS + 60}`, /"iat"/],
    ['begun in a text', `,"iat":"${nowS}","exp":${nowS + 60}`, /"iat"/],
  ])('may not be %s', async (_, claims, message) => {
    const reply = await replyTo(claims);
    expect(reply).toMatchObject({ status: 401, body: { code: 'TokenInvalid' } });
    expect(reply.body.message).toMatch(message);
  });
});

describe('in production', () => {
  const problemsOf = (env: Record<string, string>): readonly string[] => {
    try {
      loadConfig({ GAVEL_ENV: 'production', ...env });
      return [];
    } catch (error) {
      return (error as ConfigInvalid).problems;
    }
  };
  const whole = {
    GAVEL_JWT_JWKS_URL: 'https://id.example/keys',
    GAVEL_JWT_ISSUER: 'https://id.example',
    GAVEL_JWT_AUDIENCE: 'gavel',
  };

  it('keys of a provider come by https, with issuer and audience', () => {
    expect(problemsOf(whole)).toEqual([]);
    expect(problemsOf({ ...whole, GAVEL_JWT_ISSUER: '' })).toEqual([expect.stringContaining('GAVEL_JWT_ISSUER')]);
    expect(problemsOf({ ...whole, GAVEL_JWT_AUDIENCE: '' })).toEqual([expect.stringContaining('GAVEL_JWT_AUDIENCE')]);
    const open = 'http://id.example/keys';
    expect(problemsOf({ ...whole, GAVEL_JWT_JWKS_URL: open })).toEqual([expect.stringContaining('https://')]);
    expect(problemsOf({ GAVEL_JWT_JWKS_URL: open })).toHaveLength(3);
  });

  it('a development house may do without', () => {
    expect(problemsOf({ GAVEL_ENV: 'development', GAVEL_JWT_JWKS_URL: 'http://127.0.0.1:9/keys' })).toEqual([]);
  });

  it('the longest life can be set, within limits', () => {
    const lifetimeOf = (text: string) => loadConfig({ GAVEL_JWT_LIFETIME_MAX_MS: text }).api.tokens.lifetimeMaxMs;
    expect(loadConfig({}).api.tokens.lifetimeMaxMs).toBe(86_400_000);
    expect(lifetimeOf('60000')).toBe(60_000);
    expect(() => lifetimeOf('59999')).toThrow('GAVEL_JWT_LIFETIME_MAX_MS');
  });
});
