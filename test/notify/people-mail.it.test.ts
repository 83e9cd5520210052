// News to people by e-mail, on a whole house with a real mail server: who gets what, at which address, and who gets nothing.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { signDevelopmentToken } from '../../src/api/auth/development-token.js';
import type { Role } from '../../src/domain/actor.js';
import type { UserId } from '../../src/domain/ids.js';
import { instant } from '../../src/domain/time.js';
import { SOON_MS, writeClosingSoon } from '../../src/notify/mail/closing-soon.js';
import { ABOUT_ACCOUNT, LETTER_KINDS, type LetterKind } from '../../src/notify/mail/letter.js';
import { putInOutbox } from '../../src/notify/outbox/outbox.js';
import { ApiHouse, key } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { ForwardRuntime } from '../support/forward.runtime.js';
import { type MailServer, startMailServer, type TakenMail } from '../support/mail-server.js';
import { auctionNo, userNo } from '../support/memory-house.js';
import { DIGEST_MS, linkIn, mailLinks, type PeopleMail, press, startPeopleMail } from '../support/people-mail.js';

const DAY_MS = 86_400_000;
const clock = new ForwardRuntime();

let mail: MailServer;
let house: ApiHouse;
let sending: PeopleMail;
/** Each test has people and auctions of its own. */
let next = 100;

beforeAll(async () => {
  mail = await startMailServer();
  house = await ApiHouse.open({ runtime: clock, mailLinks });
});
/** It begins where the journal ends when it first starts: what was recorded before is of the past. */
async function startMail(): Promise<void> {
  sending = startPeopleMail(house, mail, clock);
  await eventually('the follower to begin', async () => {
    const { rowCount } = await house.house.pool.query("SELECT FROM ops.followers WHERE name = 'mail since'");
    return rowCount === 1;
  });
}
beforeEach(startMail);
afterEach(async () => {
  await sending.stop();
  mail.taken.length = 0;
});
afterAll(async () => {
  await house.close();
  await mail.stop();
});

type Person = Readonly<{ id: UserId; token: string; email: string }>;

const tokenOf = (id: UserId, ...roles: readonly Role[]): Promise<string> =>
  signDevelopmentToken(
    { key, issuer: null, audience: null },
    { userId: id, roles, lifetimeS: 86_400, now: clock.now() },
  );

async function person(name: string): Promise<Person> {
  const id = userNo(next++);
  const token = await tokenOf(id, 'bidder', 'seller');
  const email = `${name}-${id.slice(-3)}@people.example`;
  expect((await house.http.post('/users', token, { username: name, email })).status).toBe(201);
  return { id, token, email };
}

const of = ({ email }: Person): readonly TakenMail[] => mail.taken.filter(({ to }) => to.includes(email));
const got = (who: Person, count: number) =>
  eventually(`${count} mails to ${who.email}`, () => of(who).length >= count, 15_000);
/** Somebody with a confirmed address who wants mail. */
async function reader(name: string): Promise<Person> {
  const who = await person(name);
  expect((await house.http.post('/users/me/email-verification', who.token)).status).toBe(200);
  await got(who, 1);
  expect((await press(house, linkIn(of(who)[0]))).status).toBe(200);
  expect((await house.http.send('PUT', '/users/me/mail', { token: who.token, body: { wanted: true } })).status).toBe(
    200,
  );
  await readersKnow(who, (row) => row.wanted === true && row.verified_version === 1);
  clock.forward(DIGEST_MS);
  mail.taken.length = 0;
  return who;
}

const readersKnow = (who: Person, fits: (row: any) => boolean) =>
  eventually(`what ${who.email} said to be known`, async () => {
    const { rows } = await house.house.pool.query('SELECT * FROM ops.mail_readers WHERE user_id = $1', [who.id]);
    return rows.length === 1 && fits(rows[0]);
  });

/** Once this resolves, all that has happened is in the outbox. */
async function followed(): Promise<void> {
  const last = await person('nobody');
  expect((await house.http.post('/users/me/email-verification', last.token)).status).toBe(200);
  await eventually('the letters to be written', async () => {
    const { rowCount } = await house.house.pool.query('SELECT FROM ops.outbox WHERE user_id = $1', [last.id]);
    return rowCount === 1;
  });
}
const unsent = async (who: Person) =>
  (
    await house.house.pool.query(
      'SELECT content FROM ops.outbox WHERE user_id = $1 AND sent_at IS NULL AND given_up_at IS NULL',
      [who.id],
    )
  ).rows;

async function list(seller: Person, more: object = {}, durationMs = 3_600_000): Promise<string> {
  const auctionId = auctionNo(next++);
  const listing = {
    auctionId,
    item: { title: `A clock, no. ${next}`, category: 'Clocks' },
    terms: { currency: 'USD', startingPrice: '1000', ...more },
    durationMs,
  };
  expect((await house.http.post('/auctions', seller.token, listing)).status).toBe(201);
  return auctionId;
}
const bid = async (who: Person, auctionId: string, amount: string) =>
  expect((await house.http.post(`/auctions/${auctionId}/bids`, who.token, { amount, currency: 'USD' })).status).toBe(
    201,
  );

it('confirms an address by a link that a look alone does not follow', async () => {
  const ann = await person('ann');
  await readersKnow(ann, (row) => row.verified_version === null);
  expect((await house.http.post('/users/me/email-verification', ann.token)).status).toBe(200);
  await got(ann, 1);
  const again = await house.http.post('/users/me/email-verification', ann.token);
  expect(again).toMatchObject({ status: 409, body: { reason: 'EmailVerificationTooSoon' } });
  const path = linkIn(of(ann)[0]);
  const page = await fetch(`${house.http.url}${path}`);
  expect([page.status, page.headers.get('content-security-policy')]).toEqual([
    200,
    expect.stringContaining("form-action 'self'"),
  ]);
  expect(await page.text()).toContain('<form method="post">');
  await followed();
  await readersKnow(ann, (row) => row.verified_version === null);
  for (const wrong of [path.replace('confirm', 'unsubscribe'), `${path}x`, '/mail/confirm'])
    expect((await press(house, wrong)).status).toBe(410);
  expect((await press(house, path)).status).toBe(200);
  expect((await press(house, path)).status).toBe(200);
  await readersKnow(ann, (row) => row.verified_version === 1);
  // Other data, another link: sooner than a digest would come.
  const other = `other-${ann.email}`;
  const body = { email: other };
  expect((await house.http.send('PUT', '/users/me/personal-data', { token: ann.token, body })).status).toBe(200);
  clock.forward(600_000);
  expect((await house.http.post('/users/me/email-verification', ann.token)).status).toBe(200);
  await got({ ...ann, email: other }, 1);
  // Elsewhere a form is no body, as before.
  const form = {
    method: 'POST',
    body: new URLSearchParams({ a: '1' }),
    headers: { authorization: `Bearer ${ann.token}` },
  };
  expect((await fetch(`${house.http.url}/users/me/email-verification`, form)).status).toBe(415);
});

it.each(['Reset', 'AlreadyHere'] as const)(
  'keeps %s for ten minutes until it has read that the address was confirmed',
  async (kind) => {
    const [ann, late] = [await person('ann'), await person('late')];
    for (const who of [ann, late]) {
      await readersKnow(who, (row) => row.verified_version === null);
      const at = instant(clock.now() - (who === late ? 600_000 : 590_000));
      const content = { kind, subjectId: who.id, revision: 1, at };
      const message = { about: `${who.id} ${kind}`, channel: 'person', content, dueAt: at, userId: who.id };
      const client = await house.house.pool.connect();
      await putInOutbox(client, [message], at).finally(() => client.release());
    }
    const found = async (who: Person) => {
      const { rows } = await house.house.pool.query('SELECT tries, given_up_at FROM ops.outbox WHERE user_id = $1', [
        who.id,
      ]);
      return rows[0];
    };
    await eventually('the late letter to be given up', async () => (await found(late)).given_up_at !== null);
    await eventually('the other letter to be tried', async () => (await found(ann)).tries > 0);
    expect(await found(ann)).toMatchObject({ given_up_at: null });
    expect((await house.http.post('/users/me/email-verification', ann.token)).status).toBe(200);
    await got(ann, 1);
    expect((await press(house, linkIn(of(ann)[0]))).status).toBe(200);
    clock.forward(5_000);
    await got(ann, 2);
    expect(of(late)).toEqual([]);
  },
);

it('tells of being outbid at once, and of what follows in one digest, without anybody’s maximum or address', async () => {
  const [sue, ann, bob] = [await person('sue'), await reader('ann'), await person('bob')];
  const [one, two] = [await list(sue), await list(sue)];
  for (const auction of [one, two]) await bid(ann, auction, '2000');
  await bid(bob, one, '777777');
  await got(ann, 1);
  const [first] = of(ann);
  expect(first?.mail.subject).toMatch(/^You were outbid: A clock, no\. \d+$/);
  expect(first?.mail.text).toContain('The price is USD 20.50; the next bid is at least USD 21.00.');
  expect(
    first?.mail.headers.get('list-unsubscribe-post') ?? first?.mail.headerLines.map(({ line }) => line).join(),
  ).toContain('One-Click');
  await bid(ann, one, '5000').catch(() => undefined);
  await bid(bob, two, '888888');
  await followed();
  expect(of(ann)).toHaveLength(1);
  expect(await unsent(ann)).not.toHaveLength(0);
  clock.forward(DIGEST_MS);
  await got(ann, 2);
  const all = JSON.stringify([
    of(ann).map(({ mail: { text, subject } }) => [text, subject]),
    (await house.house.pool.query('SELECT * FROM ops.outbox')).rows,
  ]);
  for (const secret of ['7777', '8888', 'people.example'])
    expect(all.replaceAll(/"to":"[^"]*"/g, '')).not.toContain(secret);
  expect(of(bob)).toEqual([]);
  expect(of(sue)).toEqual([]);
});

it('tells buyer and seller of a sale, the invoice, a reminder while it is owed, and that it is overdue', async () => {
  const [sue, ann] = [await reader('sue'), await reader('ann')];
  const auction = await list(sue, { buyNowPrice: '9000' });
  await followed();
  expect((await house.http.post(`/auctions/${auction}/buy-now`, ann.token, {})).status).toBe(201);
  await got(ann, 1);
  await got(sue, 1);
  expect(of(sue)[0]?.mail.subject).toMatch(/^Your item was sold: /);
  await followed();
  clock.forward(DIGEST_MS);
  await eventually('the invoice', () => of(ann).some(({ mail: { text } }) => text?.includes('Your invoice') === true));
  expect(
    of(ann)
      .map(({ mail: { text } }) => text)
      .join(),
  ).toContain('You won: ');
  const before = of(ann).length;
  clock.forward(5 * DAY_MS);
  await got(ann, before + 1);
  expect(of(ann).at(-1)?.mail.subject).toMatch(/^A payment is due soon: /);
  clock.forward(2 * DAY_MS + 60_000);
  await got(ann, before + 2);
  expect(of(ann).at(-1)?.mail.subject).toMatch(/^A payment is overdue: /);
});

/** What a letter is about, and what brings it about. Resolves to its reader, who has had no mail yet. */
const LETTERS: Readonly<
  Record<
    Exclude<LetterKind, 'Confirm' | 'Reset' | 'AlreadyHere'>,
    Readonly<{ says: RegExp; brought: () => Promise<Person> }>
  >
> = {
  Outbid: {
    says: /^You were outbid: A clock, no\. \d+\nThe price is USD 20\.50; the next bid is at least USD 21\.00\.$/m,
    brought: async () => {
      const [ann, auction] = await biddingAnn();
      await bid(await person('bob'), auction, '9000');
      return ann;
    },
  },
  Extended: {
    says: /^The close was extended: A clock, no\. \d+\nIt closes at \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/m,
    brought: async () => {
      const sue = await reader('sue');
      const auction = await list(sue, {
        softClose: { windowMs: 3_600_000 },
      });
      await bid(await person('bob'), auction, '2000');
      return sue;
    },
  },
  Won: {
    says: /^You won: A clock, no\. \d+\nThe hammer fell at USD 90\.00\.$/m,
    brought: async () => (await bought())[1],
  },
  Sold: {
    says: /^Your item was sold: A clock, no\. \d+\nThe hammer fell at USD 90\.00\.$/m,
    brought: async () => (await bought())[0],
  },
  Passed: {
    says: /^Not sold: A clock, no\. \d+\nNobody bid\.$/m,
    brought: async () => {
      const sue = await reader('sue');
      await list(sue);
      await followed();
      clock.forward(3_600_000);
      return sue;
    },
  },
  Invoiced: {
    says: /^Your invoice: A clock, no\. \d+\nUSD \d+\.\d\d are due by \d{4}-/m,
    brought: async () => (await bought())[1],
  },
  Reminder: {
    says: /^A payment is due soon: A clock, no\. \d+\nUSD \d+\.\d\d is due by \d{4}-/m,
    brought: async () => {
      const [, ann] = await bought();
      await followed();
      clock.forward(5 * DAY_MS);
      return ann;
    },
  },
  Overdue: {
    says: /^A payment is overdue: A clock, no\. \d+\nNo payment came by \d{4}-.+ UTC\. Pay now,/m,
    brought: async () => {
      const [, ann] = await bought();
      await followed();
      clock.forward(7 * DAY_MS + 60_000);
      return ann;
    },
  },
  Offered: {
    says: /^A second chance: A clock, no\. \d+\nIt is yours for your own last bid, USD 20\.00, if you accept by \d{4}-/m,
    brought: async () => {
      const [ann, auction, sue] = await biddingAnn();
      await bid(await person('bob'), auction, '9000');
      await followed();
      clock.forward(3_600_000);
      await eventually('the hammer', async () => (await house.http.get(`/auctions/${auction}`)).body.status === 'sold');
      clock.forward(7 * DAY_MS + 60_000);
      await eventually('a second chance to be given', async () => {
        const offer = { bidderId: ann.id, durationMs: DAY_MS };
        const token = await tokenOf(sue.id, 'seller');
        return (await house.http.post(`/auctions/${auction}/second-chances`, token, offer)).status === 201;
      });
      return ann;
    },
  },
  Voided: {
    says: /^Your bid was voided: A clock, no\. \d+\nThe reason: it came from a program$/m,
    brought: async () => {
      const [ann, auction] = await biddingAnn();
      const path = `/auctions/${auction}/bids/1/voiding`;
      const [olga, ada] = [await tokenOf(userNo(next++), 'operator'), await tokenOf(userNo(next++), 'admin')];
      const reason = { reason: 'it came from a program' };
      expect((await house.http.post(`${path}-proposal`, olga, reason)).status).toBe(200);
      expect((await house.http.post(path, ada)).status).toBe(200);
      return ann;
    },
  },
  Asked: {
    says: /^A question about your item: A clock, no\. \d+\nDoes it strike\?$/m,
    brought: async () => {
      const sue = await reader('sue');
      const path = `/auctions/${await list(sue)}/questions`;
      expect((await house.http.post(path, (await person('ann')).token, { text: 'Does it strike?' })).status).toBe(201);
      return sue;
    },
  },
  Answered: {
    says: /^Your question is answered: A clock, no\. \d+\nIt does\.$/m,
    brought: async () => {
      const [sue, ann] = [await person('sue'), await reader('ann')];
      const path = `/auctions/${await list(sue)}/questions`;
      expect((await house.http.post(path, ann.token, { text: 'Does it strike?' })).status).toBe(201);
      expect((await house.http.post(`${path}/1/answer`, sue.token, { text: 'It does.' })).status).toBe(201);
      return ann;
    },
  },
  ClosingSoon: {
    says: /^A lot that you watch closes soon: A clock, no\. \d+\nIt closes within the hour, /m,
    brought: async () => {
      const [sue, ann] = [await person('sue'), await reader('ann')];
      const id = await list(sue, {}, 2 * SOON_MS);
      await house.caughtUp();
      const body = { query: 'mutation($id: ID!) { watchLot(auctionId: $id) }', variables: { id } };
      expect((await house.http.post('/graphql', ann.token, body)).body).toEqual({ data: { watchLot: true } });
      clock.forward(SOON_MS + 60_000);
      expect(await writeClosingSoon(house.house.pool, clock.now())).toBe(1);
      await got(ann, 1);
      return ann;
    },
  },
};

/** Ann, who reads mail, leads sue's auction. */
async function biddingAnn(): Promise<readonly [ann: Person, auctionId: string, sue: Person]> {
  const [sue, ann] = [await person('sue'), await reader('ann')];
  const auction = await list(sue, { softClose: null });
  await bid(ann, auction, '2000');
  return [ann, auction, sue];
}

/** Two who read mail: ann has bought from sue. */
async function bought(): Promise<readonly [sue: Person, ann: Person]> {
  const [sue, ann] = [await reader('sue'), await reader('ann')];
  const auction = await list(sue, { buyNowPrice: '9000' });
  expect((await house.http.post(`/auctions/${auction}/buy-now`, ann.token, {})).status).toBe(201);
  return [sue, ann];
}

it.each(Object.entries(LETTERS))(
  'a letter of the kind %s goes to whom it concerns, and says what it should',
  async (_, { says, brought }) => {
    const who = await brought();
    await followed();
    await eventually(`the letter to ${who.email}`, () => {
      clock.forward(DIGEST_MS);
      return of(who).some(({ mail: { text } }) => says.test(text ?? ''));
    });
  },
);

it('has a case for each kind; letters about the account itself have tests of their own', () => {
  expect([...Object.keys(LETTERS), ...ABOUT_ACCOUNT].sort()).toEqual([...LETTER_KINDS].sort());
});

it('shows everybody what they have said about mail themselves', async () => {
  const mailOf = async ({ token }: Person) => {
    const body = { query: '{ me { mail { wanted isAddressConfirmed } } }' };
    return (await house.http.send('POST', '/graphql', { token, body })).body.data.me.mail;
  };
  const [ann, bob] = [await reader('ann'), await person('bob')];
  await house.caughtUp();
  expect(await mailOf(ann)).toEqual({ wanted: true, isAddressConfirmed: true });
  expect(await mailOf(bob)).toEqual({ wanted: false, isAddressConfirmed: false });
  const body = { email: `other-${ann.email}` };
  expect((await house.http.send('PUT', '/users/me/personal-data', { token: ann.token, body })).status).toBe(200);
  await eventually('the new address', async () => (await mailOf(ann)).isAddressConfirmed === false);
  expect(await mailOf(ann)).toEqual({ wanted: true, isAddressConfirmed: false });
});

it('sends nothing more to whoever unsubscribed, changed the address, or was erased, not even what waited', async () => {
  const [sue, ann, cid, dan] = [await person('sue'), await reader('ann'), await reader('cid'), await reader('dan')];
  const bob = await person('bob');
  const auctions = [await list(sue), await list(sue), await list(sue)] as const;
  const readers = [ann, cid, dan] as const;
  for (const [i, who] of readers.entries()) await bid(who, auctions[i] as string, '2000');
  await sending.sender.drain();
  for (const auction of auctions) await bid(bob, auction, '9000');
  await eventually('letters that wait', async () =>
    (await Promise.all(readers.map(unsent))).every(({ length }) => length === 1),
  );
  const link = mailLinks.url({ for: 'unsubscribe', userId: ann.id, dataVersion: 1, expiresAt: null });
  expect((await press(house, `${new URL(link).pathname}${new URL(link).search}`)).status).toBe(200);
  const changed = { email: `other-${cid.email}` };
  expect((await house.http.send('PUT', '/users/me/personal-data', { token: cid.token, body: changed })).status).toBe(
    200,
  );
  await house.http.keys.erase(dan.id);
  await readersKnow(ann, ({ wanted }) => wanted === false);
  await readersKnow(cid, (row) => row.data_version === 2 && row.verified_version === 1);
  await sending.desk.drain();
  await startMail();
  clock.forward(DIGEST_MS);
  await eventually('nothing to wait', async () =>
    (await Promise.all(readers.map(unsent))).every(({ length }) => length === 0),
  );
  expect(mail.taken).toEqual([]);
});

it('sends nothing of the past when who follows begins anew, and each letter once over a restart', async () => {
  const [sue, ann, bob] = [await person('sue'), await reader('ann'), await person('bob')];
  const auction = await list(sue);
  await bid(ann, auction, '2000');
  await bid(bob, auction, '9000');
  await got(ann, 1);
  await followed();
  await sending.stop();
  // As after a restore, or with tables made anew.
  await house.house.pool.query(
    `DELETE FROM ops.followers; DELETE FROM ops.outbox; DELETE FROM ops.mail_following; DELETE FROM ops.mail_readers`,
  );
  clock.forward(DIGEST_MS);
  await startMail();
  await followed();
  await readersKnow(ann, (row) => row.verified_version === 1 && row.wanted === true);
  expect((await house.house.pool.query('SELECT FROM ops.outbox WHERE user_id = $1', [ann.id])).rowCount).toBe(0);
  expect(of(ann)).toHaveLength(1);
  const other = await list(sue);
  await bid(ann, other, '2000');
  await bid(bob, other, '9000');
  await got(ann, 2);
  await sending.stop();
  clock.forward(DIGEST_MS);
  await startMail();
  await followed();
  expect(of(ann)).toHaveLength(2);
});
