// The people of the first requests that `gavel up` and `gavel cluster` print. They exist in development only.
import type { TokenSettings } from '../api/api.settings.js';
import type { DevelopmentPeople } from '../api/pages/development-people.js';
import type { Config } from '../config.js';
import type { Role } from '../domain/actor.js';
import { commandId, type UserId } from '../domain/ids.js';
import { userStream } from '../domain/messages.js';
import { HttpSender } from '../generator/http.sender.js';
import type { Message, Outcome } from '../generator/sender.js';
import type { KeyStore } from '../personal-data/key-store.js';
import { encryptUsername } from '../personal-data/personal-data.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { clientTokens } from './client-tokens.js';
import { tokenOfDay, userNamed } from './development.js';
import type { House } from './house.js';

const NAMES = ['sue', 'ann', 'bob'] as const;
const ROLES: readonly Role[] = ['bidder', 'seller'];
/** Who keeps the house: olga looks after it, ada may do what needs an admin, carl reads figures. They neither bid nor sell. */
const STAFF: Readonly<Record<string, readonly Role[]>> = { olga: ['operator'], ada: ['admin'], carl: ['analyst'] };
const ROLES_OF: Readonly<Record<string, readonly Role[]>> = {
  ...Object.fromEntries(NAMES.map((name) => [name, ROLES])),
  ...STAFF,
};

/** Those whom a browser on this machine may sign in as; null in production, and where an identity provider signs tokens. */
export function developmentPeople(
  { environment }: Pick<Config, 'environment'>,
  tokens: TokenSettings,
  runtime: Runtime,
): DevelopmentPeople | null {
  if (environment === 'production' || tokens.key.kind !== 'secret') return null;
  return {
    names: Object.keys(ROLES_OF),
    signIn: async (name) => {
      const roles = Object.hasOwn(ROLES_OF, name) ? ROLES_OF[name] : undefined;
      if (roles === undefined) return null;
      const userId = userNamed(name);
      const token = await tokenOfDay(tokens, { userId, roles, now: runtime.now() });
      return { userId, name, roles, token };
    },
  };
}

/** Registers sue, ann and bob where they are not registered yet. */
export async function registerDevelopmentUsers(
  { bus, journal }: Pick<House, 'bus' | 'journal'>,
  keys: KeyStore,
  runtime: Runtime,
): Promise<void> {
  for (const name of NAMES) {
    const userId: UserId = userNamed(name);
    if ((await journal.lastRevision(userStream(userId))) >= 0) continue;
    const username = await encryptUsername(keys, userId, name);
    const outcome = await bus.submit({
      command: { type: 'RegisterUser', userId, username, personalData: null },
      commandId: commandId(runtime.uuid()),
      actor: { kind: 'user', userId, roles: ['bidder'] },
      correlationId: null,
    });
    if (outcome.status !== 'accepted') throw new OperatorError(`${name} could not be registered: ${outcome.status}`);
  }
}

const WITHIN_MS = 60_000;

/** The same over the API, for a house whose engine is in another process. Refuses with what the house says against it. */
export async function registerDevelopmentUsersAt(
  url: string,
  config: Pick<Config, 'api' | 'dataDirectory'>,
  runtime: Runtime,
): Promise<void> {
  const sender = new HttpSender({ url: new URL(url), tokenOf: await clientTokens(config, runtime), runtime });
  const cut = AbortSignal.timeout(WITHIN_MS);
  for (const [number, name] of NAMES.entries()) {
    const by = { number, userId: userNamed(name), username: name, name, email: `${name}@example.com` };
    const message: Message = { by, commandId: runtime.uuid(), wish: { kind: 'register' } };
    const outcome = await untilAnswered(() => sender.send(message, cut), runtime);
    if (outcome.kind === 'fault') throw new OperatorError(`${name} could not be registered: ${outcome.message}`);
    if (outcome.kind === 'refused' && outcome.reason !== 'UserAlreadyRegistered')
      throw new OperatorError(`${name} could not be registered: ${outcome.reason}`);
  }
}

/** Asks again while the house is not ready to answer: an engine may just have begun to work. */
async function untilAnswered(ask: () => Promise<Outcome>, runtime: Runtime): Promise<Outcome> {
  for (;;) {
    const outcome = await ask();
    if (outcome.kind !== 'held') return outcome;
    await runtime.sleep(outcome.afterMs);
  }
}
