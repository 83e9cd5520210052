import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type ConfigInvalid, loadConfig, settingsPage } from '../src/config.js';
import { DEFAULT_HOUSE } from '../src/domain/auction/house-defaults.js';
import { ENGINE_DEFAULTS } from '../src/engine/engine.js';

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    return (error as ConfigInvalid).problems;
  }
  return [];
}

const secret = 'x'.repeat(32);

describe('defaults', () => {
  it('are those that the parts themselves start with', () => {
    const config = loadConfig({});
    expect(config.engine).toEqual(ENGINE_DEFAULTS);
    expect(config.api.house).toEqual(DEFAULT_HOUSE);
  });

  it('listen on this machine only and make a secret of their own', () => {
    const { api, environment, dataDirectory, postgres } = loadConfig({});
    expect({ environment, host: api.host, port: api.port, key: api.tokens.key.kind, url: postgres.url }).toEqual({
      environment: 'development',
      host: '127.0.0.1',
      port: 3000,
      key: 'made',
      url: null,
    });
    expect(dataDirectory).toBe(resolve('.gavel'));
  });
});

describe('a value', () => {
  it('is taken from the environment, where an empty one counts as absent', () => {
    expect(loadConfig({ GAVEL_HTTP_PORT: '0' }).api.port).toBe(0);
    expect(loadConfig({ GAVEL_HTTP_PORT: '' }).api.port).toBe(3000);
  });

  it.each([
    ['65535', true],
    ['65536', false],
    ['-1', false],
    ['80.5', false],
    ['0x50', false],
    [' 80', false],
    ['99999999999999999999', false],
  ])('of %j as a port is taken: %s', (text, taken) => {
    expect(problemsOf({ GAVEL_HTTP_PORT: text }).length === 0).toBe(taken);
  });

  it('that does not fit is named, with what would be right', () => {
    expect(problemsOf({ GAVEL_HTTP_PORT: 'http', GAVEL_LOG_LEVEL: 'loud' })).toEqual([
      'GAVEL_LOG_LEVEL is "loud"; it must be one of debug, info, warn, error, silent',
      'GAVEL_HTTP_PORT is "http"; it must be a whole number from 0 to 65535',
    ]);
  });

  it('that is secret is not repeated', () => {
    expect(problemsOf({ GAVEL_JWT_SECRET: 'hunter2', GAVEL_POSTGRES_URL: 'mysql://u:hunter2@h/' })).toEqual([
      'GAVEL_POSTGRES_URL is set; it must be a URL that begins with postgres:// or postgresql://',
      'GAVEL_JWT_SECRET is set; it must have at least 32 bytes',
    ]);
  });
});

describe('a name', () => {
  it('that is no setting stops the start, with the nearest that is one', () => {
    expect(problemsOf({ GAVEL_HTP_PORT: '80' })).toEqual([
      'GAVEL_HTP_PORT is not a setting; the nearest is GAVEL_HTTP_PORT (docs/settings.md has them all)',
    ]);
  });

  it('of others, or of a test run, does not', () => {
    expect(problemsOf({ HTTP_PORT: 'x', GAVEL_TEST_DATA: 'x' })).toEqual([]);
  });
});

describe('a journal in EventStoreDB', () => {
  const journal = (url: string) => problemsOf({ GAVEL_JOURNAL: 'eventstoredb', GAVEL_EVENTSTOREDB_URL: url });

  it('needs an address', () => {
    expect(problemsOf({ GAVEL_JOURNAL: 'eventstoredb' })).toEqual([
      'GAVEL_JOURNAL is "eventstoredb" without an address; set GAVEL_EVENTSTOREDB_URL',
    ]);
    expect(journal('esdb://node:2113')).toEqual([]);
  });

  it('has smaller batches than another one', () => {
    const batchMax = (env: Record<string, string>) => loadConfig(env).bus.batchMax;
    const there = { GAVEL_JOURNAL: 'eventstoredb', GAVEL_EVENTSTOREDB_URL: 'esdb://node:2113' };
    expect([batchMax({}), batchMax(there)]).toEqual([2_000, 1_000]);
  });

  it.each([
    ['esdb://localhost:2113?tls=false', true],
    ['esdb+discover://admin:changeit@a.example:2113,b.example:2113?nodePreference=leader&tls=true', true],
    ['esdb://user:p%40ss@10.0.0.1', true],
    ['http://localhost:2113', false],
    ['esdb://', false],
    ['esdb://user@host', false],
    ['esdb://host:2113?tls', false],
    ['esdb://host:2113?tlsVerifyCert=false', false],
    ['esdb://host:2113?throwOnAppendFailure=false', false],
  ])('at %s: %s', (url, taken) => {
    expect(journal(url).length === 0).toBe(taken);
  });

  it('has an address that no message repeats', () => {
    expect(journal('esdb://user:hunter2@host?oops=1')).toEqual([
      expect.stringMatching(/^GAVEL_EVENTSTOREDB_URL is set; it must have no options but connectionName, /),
    ]);
  });

  it('is what the configuration then says', () => {
    const ca = { GAVEL_EVENTSTOREDB_CA_FILE: '/etc/ca.pem' };
    const { journal: chosen } = loadConfig({
      GAVEL_JOURNAL: 'eventstoredb',
      GAVEL_EVENTSTOREDB_URL: 'esdb://node:2113',
      ...ca,
    });
    expect(chosen).toEqual({ store: 'eventstoredb', address: { url: 'esdb://node:2113', caFile: '/etc/ca.pem' } });
    expect(loadConfig({}).journal).toEqual({ store: 'postgres', writer: 'fast' });
    expect(loadConfig({ GAVEL_JOURNAL_WRITER: 'plain' }).journal).toEqual({ store: 'postgres', writer: 'plain' });
    expect(problemsOf({ GAVEL_JOURNAL_WRITER: 'slow' })).toEqual([
      'GAVEL_JOURNAL_WRITER is "slow"; it must be one of fast, plain',
    ]);
  });
});

describe('keys for tokens', () => {
  it('must be given in production', () => {
    expect(problemsOf({ GAVEL_ENV: 'production' })).toEqual([
      'GAVEL_ENV is "production" without keys for tokens; set GAVEL_JWT_SECRET or GAVEL_JWT_JWKS_URL',
    ]);
    expect(problemsOf({ NODE_ENV: 'production' })).toHaveLength(1);
    expect(problemsOf({ NODE_ENV: 'production', GAVEL_ENV: 'development' })).toEqual([]);
    expect(problemsOf({ GAVEL_ENV: 'production', GAVEL_JWT_SECRET: secret })).toEqual([]);
    const production = { GAVEL_ENV: 'production', GAVEL_JWT_JWKS_URL: 'https://id.example/keys' };
    const told = { GAVEL_JWT_ISSUER: 'https://id.example', GAVEL_JWT_AUDIENCE: 'gavel' };
    expect(problemsOf({ ...production, ...told })).toEqual([]);
  });

  it('are changed by a second one, which needs the first', () => {
    expect(problemsOf({ GAVEL_JWT_SECRET: secret, GAVEL_JWT_SECRET_ALSO: secret })).toEqual([]);
    expect(problemsOf({ GAVEL_JWT_SECRET_ALSO: secret })).toEqual([
      'GAVEL_JWT_SECRET_ALSO is set without GAVEL_JWT_SECRET; set the secret that it changes with',
    ]);
    expect(problemsOf({ GAVEL_KAFKA_SIGNING_KEY_ALSO: secret })).toEqual([
      'GAVEL_KAFKA_SIGNING_KEY_ALSO is set without GAVEL_KAFKA_SIGNING_KEY; set the key that it changes with',
    ]);
  });

  it('are one secret of 32 bytes or one address of public keys, not both', () => {
    expect(problemsOf({ GAVEL_JWT_SECRET: secret.slice(1) })).toHaveLength(1);
    expect(problemsOf({ GAVEL_JWT_SECRET: 'é'.repeat(16) })).toEqual([]);
    expect(problemsOf({ GAVEL_JWT_SECRET: secret, GAVEL_JWT_JWKS_URL: 'https://id.example/keys' })).toHaveLength(1);
  });
});

describe('an identity provider that people sign in with', () => {
  const GAVEL_OIDC_ISSUER = 'https://id.example';
  const both = { GAVEL_OIDC_ISSUER, GAVEL_OIDC_CLIENT_ID: 'gavel' };

  it('stands beside passwords in development, under the host of its issuer', () => {
    const { signIn } = loadConfig(both);
    expect(signIn).toMatchObject({
      kind: 'password',
      provider: { clientId: 'gavel', clientSecret: null, name: 'id.example', trustsAddresses: false, rolesClaim: null },
    });
    expect(loadConfig({ ...both, GAVEL_SIGN_IN: 'provider', GAVEL_OIDC_EMAIL: 'any' }).signIn).toMatchObject({
      kind: 'provider',
      provider: { trustsAddresses: true },
    });
  });

  it('needs what goes with it', () => {
    expect(problemsOf({ GAVEL_SIGN_IN: 'provider' })).toEqual([
      'GAVEL_SIGN_IN is "provider" without GAVEL_OIDC_ISSUER; set it',
    ]);
    expect(problemsOf({ GAVEL_OIDC_ISSUER })).toEqual([
      'GAVEL_OIDC_ISSUER is set without GAVEL_OIDC_CLIENT_ID; set it',
    ]);
    expect(problemsOf({ ...both, GAVEL_SIGN_IN: 'none' })).toEqual([
      'GAVEL_OIDC_ISSUER is set and GAVEL_SIGN_IN is "none"; make it "provider"',
    ]);
  });

  it('is reached by https in production, where the house has an address', () => {
    const production = {
      ...{ GAVEL_ENV: 'production', GAVEL_TLS: 'network', GAVEL_JWT_SECRET: secret, GAVEL_SIGN_IN_SECRET: secret },
      ...{ ...both, GAVEL_SIGN_IN: 'provider', GAVEL_PUBLIC_URL: 'https://house.example' },
    };
    expect(problemsOf(production)).toEqual([]);
    expect(problemsOf({ ...production, GAVEL_OIDC_ISSUER: 'http://id.example' })).toEqual([
      'GAVEL_OIDC_ISSUER does not begin with https:// in production; it must',
    ]);
    expect(problemsOf({ ...production, GAVEL_PUBLIC_URL: '' })).toEqual([
      'GAVEL_OIDC_ISSUER is set without GAVEL_PUBLIC_URL in production; set it',
    ]);
    expect(problemsOf({ ...production, GAVEL_SIGN_IN: '' })).toEqual([
      'GAVEL_OIDC_ISSUER is set without GAVEL_SIGN_IN; make it "provider" or "password"',
    ]);
  });
});

it('takes a soft close of 0 ms as none', () => {
  expect(loadConfig({ GAVEL_SOFT_CLOSE_WINDOW_MS: '0' }).api.house.softClose).toBeNull();
});

it('has its page: run this file with GAVEL_TEST_WRITE=1 to write docs/settings.md anew', () => {
  if (process.env['GAVEL_TEST_WRITE'] === '1') writeFileSync('docs/settings.md', settingsPage());
  expect(readFileSync('docs/settings.md', 'utf8')).toBe(settingsPage());
});
