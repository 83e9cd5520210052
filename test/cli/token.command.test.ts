import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { decodeJwt, jwtVerify } from 'jose';
import { registerToken } from '../../src/cli/token.command.js';
import { loadConfig } from '../../src/config.js';
import { instant } from '../../src/domain/time.js';
import { userNamed } from '../../src/house/development.js';
import { developmentSecret } from '../../src/personal-data/development-secret.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

const noon = instant(Date.UTC(2026, 0, 1, 12));
const secret = 'a secret of forty-one bytes for this test';

let scratch: Scratch;
beforeEach(() => {
  scratch = scratchDirectory('token');
});
afterEach(() => scratch.remove());

async function token(args: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<string> {
  const lines: string[] = [];
  const program = new Command('gavel').exitOverride().configureOutput({ writeErr: () => undefined });
  registerToken(program, {
    config: () => loadConfig({ GAVEL_DATA: join(scratch.path, 'data'), ...settings }),
    now: () => noon,
    print: (line) => lines.push(line),
  });
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined });
  await program.parseAsync(['token', ...args], { from: 'user' });
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

describe('gavel token', () => {
  it('signs with the secret of the data directory, which is made once and for its owner only', async () => {
    const first = await token(['--role', 'bidder', '--user', 'ann']);
    const second = await token(['--role', 'bidder', '--user', 'ann']);
    expect(second).toBe(first);
    const data = join(scratch.path, 'data');
    const { payload } = await jwtVerify(first, await developmentSecret(data), { currentDate: new Date(noon) });
    expect(payload).toEqual({
      sub: userNamed('ann'),
      roles: ['bidder'],
      iat: noon / 1_000,
      exp: noon / 1_000 + 86_400,
    });
    expect(statSync(join(data, 'jwt-secret')).mode & 0o777).toBe(0o600);
  });

  it('signs with GAVEL_JWT_SECRET where it is set, for the issuer and the audience that are demanded', async () => {
    const settings = { GAVEL_JWT_SECRET: secret, GAVEL_JWT_ISSUER: 'us', GAVEL_JWT_AUDIENCE: 'gavel' };
    const signed = await token(['--role', 'admin', '--user', 'ann'], settings);
    const expected = { issuer: 'us', audience: 'gavel', currentDate: new Date(noon) };
    await expect(jwtVerify(signed, new TextEncoder().encode(secret), expected)).resolves.toBeDefined();
  });

  it('takes several roles, each once', async () => {
    const signed = await token(['--role', 'seller', 'bidder', '--role', 'seller', '--user', 'ann']);
    expect(decodeJwt(signed)['roles']).toEqual(['seller', 'bidder']);
  });

  it('takes a UUID as it is, and the same name for the same user in any case of letters', async () => {
    const id = '0190f5a2-7c1e-7d3a-9b1c-2f6d8e4a7b10';
    expect(decodeJwt(await token(['--role', 'bidder', '--user', id.toUpperCase()])).sub).toBe(id);
    expect(userNamed('Ann')).toBe(userNamed('ann'));
    expect(userNamed('ann')).not.toBe(userNamed('bob'));
    // For ever: the printed first requests of one start are pasted after another.
    expect(userNamed('ann')).toBe('03b9534e-872b-8177-bd93-7b891785e4ff');
  });

  it('refuses in production, and where an identity provider signs', async () => {
    const ann = ['--role', 'bidder', '--user', 'ann'];
    await expect(token(ann, { GAVEL_ENV: 'production', GAVEL_JWT_SECRET: secret })).rejects.toThrow(
      new Error('gavel token is for development; in production (GAVEL_ENV) your identity provider issues tokens'),
    );
    await expect(token(ann, { GAVEL_JWT_JWKS_URL: 'https://id.example/keys' })).rejects.toThrow(
      new Error(
        'gavel token has no key to sign with: GAVEL_JWT_JWKS_URL names the identity provider that issues tokens',
      ),
    );
  });

  it('refuses a role that there is none of, a missing role or user, and a name that is none', async () => {
    await expect(token(['--role', 'king', '--user', 'ann'])).rejects.toThrow(/'king' is invalid.*bidder, seller/);
    await expect(token(['--user', 'ann'])).rejects.toThrow(/--role/);
    await expect(token(['--role', 'bidder'])).rejects.toThrow(/--user/);
    await expect(token(['--role', 'bidder', '--user', 'a b'])).rejects.toThrow(
      new Error('--user "a b" is neither a UUID nor a name, as ann'),
    );
  });
});
