// Passkeys (WebAuthn, level 3), by the library's plugin: challenges, signatures and counters are checked there. A passkey counts only
// where its authenticator has checked who holds it, by a finger, a face or a PIN: so it is two factors by itself.
import type { Pool } from 'pg';
import { type UserId, userId } from '../domain/ids.js';
import { type Instant, instant } from '../domain/time.js';
import type { Library } from './library.js';

export type Passkey = Readonly<{ passkeyId: string; name: string; madeAt: Instant }>;
/** For `navigator.credentials`, as JSON; `cookies` bind the challenge to this browser. */
export type Challenge = Readonly<{ options: object; cookies: readonly string[] }>;
/** The headers of the request, as far as the library looks at them. */
export type Asked = Readonly<{ cookies: string; origin: string }>;

/** What an authenticator answers. The library reads it, and refuses what is none. */
type Asking = NonNullable<Parameters<Library['api']['verifyPasskeyAuthentication']>[0]>;
type Answered = Extract<Asking, { body: unknown }>['body']['response'];

const LIST = `
SELECT id AS "passkeyId", coalesce(name, '') AS name, "createdAt" AS "madeAt"
FROM sign_in.passkey WHERE "userId" = $1 ORDER BY "createdAt", id`;
const REMOVE = 'DELETE FROM sign_in.passkey WHERE "userId" = $1 AND id = $2';

export class Passkeys {
  constructor(
    private readonly pool: Pick<Pool, 'query'>,
    private readonly library: () => Promise<Library>,
  ) {}

  async list(id: UserId): Promise<readonly Passkey[]> {
    type Row = Omit<Passkey, 'madeAt'> & Readonly<{ madeAt: Date }>;
    const { rows } = await this.pool.query<Row>(LIST, [id]);
    return rows.map(({ madeAt, ...row }) => ({ ...row, madeAt: instant(madeAt.getTime()) }));
  }

  /** Takes a passkey away. False where this person has none such. */
  async remove(id: UserId, passkeyId: string): Promise<boolean> {
    return (await this.pool.query(REMOVE, [id, passkeyId])).rowCount === 1;
  }

  /** Begins to make one for whoever has this session, under the name that the authenticator shows. */
  async begin(asked: Asked, shownName: string): Promise<Challenge | null> {
    const { api } = await this.library();
    const query = { name: shownName };
    return challengeOf(
      await api.generatePasskeyRegistrationOptions({ query, headers: headersOf(asked), asResponse: true }),
    );
  }

  /** Keeps what the authenticator has made. False where it does not answer the challenge of this browser. */
  async finish(asked: Asked, { name, response }: Readonly<{ name: string; response: unknown }>): Promise<boolean> {
    const { api } = await this.library();
    const body = { name, response };
    return (await api.verifyPasskeyRegistration({ body, headers: headersOf(asked), asResponse: true })).ok;
  }

  /** Begins a sign-in, of whoever it may be. */
  async challenge(asked: Asked): Promise<Challenge | null> {
    const { api } = await this.library();
    return challengeOf(await api.generatePasskeyAuthenticationOptions({ headers: headersOf(asked), asResponse: true }));
  }

  /** Begins a session for whoever has the passkey; null where it is none of ours, or does not answer the challenge. */
  async signIn(asked: Asked, response: Readonly<Record<string, unknown>>) {
    const { api } = await this.library();
    const answer = await api.verifyPasskeyAuthentication({
      body: { response: response as unknown as Answered },
      headers: headersOf(asked),
      asResponse: true,
    });
    if (!answer.ok) return null;
    const { user } = (await answer.json()) as Readonly<{ user: Readonly<{ id: string }> }>;
    return { userId: userId(user.id), cookies: answer.headers.getSetCookie() };
  }
}

const headersOf = ({ cookies, origin }: Asked): Headers => new Headers({ cookie: cookies, origin });

async function challengeOf(response: Response): Promise<Challenge | null> {
  if (!response.ok) return null;
  return { options: (await response.json()) as object, cookies: response.headers.getSetCookie() };
}
