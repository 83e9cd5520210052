// Accounts that nobody confirmed, on both sides of the day on which they are erased.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { instant } from '../../src/domain/time.js';
import { eraseUnconfirmed, UNCONFIRMED_MS } from '../../src/house/unconfirmed.js';
import { ForwardRuntime } from '../support/forward.runtime.js';
import { SignInHouse } from '../support/sign-in-house.js';

let signing: SignInHouse;
beforeAll(async () => {
  signing = await SignInHouse.open(new ForwardRuntime());
}, 180_000);
afterAll(() => signing.close());

it('an account is erased a week after it was opened, unless its address is confirmed', async () => {
  const { pool, bus } = signing.house.house;
  const kept = await signing.session(await signing.member('confirmed@people.example'));
  const email = 'never@people.example';
  await signing.signUp(email);
  await signing.mailTo(email, 'Confirm your e-mail address');
  type Row = Readonly<{ id: string; openedAt: Date }>;
  const { rows } = await pool.query<Row>(
    'SELECT id, "createdAt" AS "openedAt" FROM sign_in."user" WHERE NOT "emailVerified"',
  );
  expect(rows).toHaveLength(1);
  const [{ id, openedAt }] = rows as [Row];
  const at = (ms: number) =>
    eraseUnconfirmed({ client: pool, bus }, instant(openedAt.getTime() + ms), new AbortController().signal);
  const { silver } = signing.house.house;
  const status = async () => (await silver.user(userId(id)))?.status;

  expect(await at(UNCONFIRMED_MS - 1)).toBe(0);
  await signing.house.caughtUp();
  expect(await status()).toBe('active');
  expect(await at(UNCONFIRMED_MS)).toBe(1);
  // A second one at once, before what the sign-in keeps is gone.
  expect(await at(UNCONFIRMED_MS + 1)).toBe(0);
  await signing.house.caughtUp();
  expect(await status()).toBe('erased');
  expect((await silver.user(kept.userId))?.status).toBe('active');
}, 120_000);
