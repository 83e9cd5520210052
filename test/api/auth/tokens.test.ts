import { describe, expect, it } from '@jest/globals';
import { signDevelopmentToken } from '../../../src/api/auth/development-token.js';
import { Tokens } from '../../../src/api/auth/tokens.js';
import { loadConfig } from '../../../src/config.js';
import { userId } from '../../../src/domain/ids.js';
import { tokenSettings } from '../../../src/house/development.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';

const runtime = new SystemRuntime();
const [BEFORE, AFTER] = ['the secret before the change, of 32 bytes', 'the secret after the change, of 32 bytes'];

/** What a process with these settings signs and takes. */
async function processWith(GAVEL_JWT_SECRET: string, GAVEL_JWT_SECRET_ALSO = '') {
  const settings = await tokenSettings(loadConfig({ GAVEL_JWT_SECRET, GAVEL_JWT_SECRET_ALSO }));
  const tokens = new Tokens(settings, runtime);
  const person = { userId: userId(runtime.uuid()), roles: ['bidder'] as const, lifetimeS: 60, now: runtime.now() };
  return {
    sign: () => signDevelopmentToken(settings, person),
    takes: (token: string) =>
      tokens.callerOf(`Bearer ${token}`).then(
        () => true,
        (error: unknown) => (error as { code: string }).code,
      ),
  };
}

describe('changing the secret', () => {
  const STEPS: readonly (readonly [string, string?])[] = [[BEFORE], [BEFORE, AFTER], [AFTER, BEFORE], [AFTER]];

  it.each([0, 1, 2])(
    'at step %i no process refuses what another one signs, before or after its restart',
    async (step) => {
      const beside = await Promise.all(STEPS.slice(step, step + 2).map((settings) => processWith(...settings)));
      for (const signer of beside) {
        const token = await signer.sign();
        for (const taker of beside) expect(await taker.takes(token)).toBe(true);
      }
    },
  );

  it('ends with the secret before it being good for nothing', async () => {
    const [first, last] = await Promise.all([processWith(BEFORE), processWith(AFTER)]);
    expect(await last.takes(await first.sign())).toBe('TokenInvalid');
    expect(await first.takes(await last.sign())).toBe('TokenInvalid');
  });

  it('takes no third secret meanwhile', async () => {
    const [other, changing] = await Promise.all([
      processWith('a secret of somebody else, of 32 bytes or more'),
      processWith(BEFORE, AFTER),
    ]);
    expect(await changing.takes(await other.sign())).toBe('TokenInvalid');
  });
});
