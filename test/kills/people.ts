// Who takes part in a test that kills: people with tokens, and a port for their house.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { signDevelopmentToken } from '../../src/api/auth/development-token.js';
import { loadConfig } from '../../src/config.js';
import type { Role } from '../../src/domain/actor.js';
import { userId } from '../../src/domain/ids.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import type { Person } from './crowd.js';

const runtime = new SystemRuntime();

/** Somebody new, with a token for these roles that a house with this secret takes. */
export async function person(secret: string, name: string, roles: readonly Role[]): Promise<Person> {
  const id = userId(runtime.uuid());
  const settings = loadConfig({ GAVEL_JWT_SECRET: secret }).api.tokens;
  if (settings.key.kind !== 'secret') throw new Error('the test has a secret');
  const signer = { ...settings, key: settings.key };
  const token = await signDevelopmentToken(signer, { userId: id, roles, now: runtime.now(), lifetimeS: 3_600 });
  return { id, name, token };
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server listens without a port');
  return address.port;
}
