// A real house, and in it people of whom every datum has a word of its own, so that it can be told what is found of whom.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import pg from 'pg';
import type { Role } from '../../src/domain/actor.js';
import { userId } from '../../src/domain/ids.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { caseOf } from '../../src/scheduler/case-opener.js';
import type { Person } from '../kills/crowd.js';
import { KilledHouse } from '../kills/killed-house.js';
import { freePort, person } from '../kills/people.js';
import { type Answered, allAnswers } from '../support/all-answers.js';
import { eventually } from '../support/eventually.js';
import { type Reply, request } from '../support/request.js';
import { secretPerson } from '../support/secret-hunt.js';

export const NAMES = ['sue', 'ann', 'eve', 'lea', 'sid', 'cho', 'olga'] as const;
export type Name = (typeof NAMES)[number];
const ROLES: Readonly<Record<Name, readonly Role[]>> = {
  sue: ['seller'],
  ann: ['bidder'],
  eve: ['bidder'],
  lea: ['bidder'],
  sid: ['bidder'],
  cho: ['bidder'],
  olga: ['operator', 'admin'],
};
const READERS = ['nobody', 'ann', 'eve', 'bidder', 'seller', 'analyst', 'operator', 'admin'] as const;
type Reader = (typeof READERS)[number];

const DATA = ['username', 'name', 'email', 'address', 'movedTo', 'taxNumber', 'holder'] as const;
/** The word that stands in each datum of somebody. `movedTo` is given later, by the test; a tax number and an account by Ann and Eve alone. */
type Words = Readonly<Record<(typeof DATA)[number], string>>;
type Somebody = Person & Readonly<{ words: Words }>;
type Auction = 'long' | 'led' | 'sealed' | 'ended' | 'unpaid' | 'bound';

/** Stands in titles for everybody to see: whatever cannot find it finds nothing. */
export const MARKER = secretPerson(9_000).word;

const HOUR_MS = 3_600_000;
/** Long enough for two bids, on a machine that may be busy. */
const MOMENT_MS = 4_000;

export class PeopledHouse {
  private readonly runtime = new SystemRuntime();
  private readonly registration = this.runtime.uuid();
  private auctions: Readonly<Record<Auction, string>> | null = null;

  private constructor(
    readonly data: string,
    private readonly secret: string,
    readonly house: KilledHouse,
    readonly people: Readonly<Record<Name, Somebody>>,
  ) {}

  static async open(directory: string): Promise<PeopledHouse> {
    const secret = randomBytes(32).toString('hex');
    const data = join(directory, 'data');
    const settings = { GAVEL_LOG_LEVEL: 'debug', GAVEL_REFUSALS_PER_MINUTE_MAX: '10000' };
    const house = new KilledHouse(data, await freePort(), secret, settings);
    const made = NAMES.map(async (name, i) => {
      const words = Object.fromEntries(DATA.map((datum, n) => [datum, secretPerson(10 * i + n).word])) as Words;
      return [name, { ...(await person(secret, name, ROLES[name])), words }] as const;
    });
    const people = Object.fromEntries(await Promise.all(made)) as Record<Name, Somebody>;
    await house.start();
    return new PeopledHouse(data, secret, house, people);
  }

  /** As somebody of the staff who has no account. */
  async postAsStaff(path: string, body: object): Promise<Reply> {
    const { token } = await person(this.secret, 'oscar', ['operator']);
    return request(this.house.url, 'POST', path, { token, body });
  }

  post(path: string, who: Name, body: object = {}): Promise<Reply> {
    return request(this.house.url, 'POST', path, { token: this.people[who].token, body });
  }

  get(path: string, who: Name): Promise<Reply> {
    return request(this.house.url, 'GET', path, { token: this.people[who].token });
  }

  erase(whom: Name, by: Name): Promise<Reply> {
    return this.post(`/users/${this.people[whom].id}/erasure`, by);
  }

  auction(which: Auction): string {
    if (this.auctions === null) throw new Error('nothing is listed yet');
    return this.auctions[which];
  }

  /** Bids, and expects the bid to be taken. */
  async takes(auction: string, who: Name, amount: number): Promise<Reply> {
    const reply = await this.bid(auction, who, amount);
    expect([reply.status, reply.text]).toEqual([201, expect.anything()]);
    return reply;
  }

  /** A new address, which is a datum of its own. */
  async move(who: Name): Promise<void> {
    const { token, words } = this.people[who];
    const body = { name: words.name, email: null, address: `1 ${words.movedTo} Street` };
    const reply = await request(this.house.url, 'PUT', '/users/me/personal-data', { token, body });
    expect(reply).toMatchObject({ status: 200, body: { outcome: 'accepted' } });
  }

  async query(text: string, values: readonly string[] = []): Promise<readonly any[]> {
    const client = new pg.Client(this.house.database());
    await client.connect();
    try {
      return (await client.query(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** All that can be read over the API, by who reads it: the two whom it is about, a stranger, and somebody of each role. */
  async answers(): Promise<ReadonlyMap<Reader, readonly Answered[]>> {
    const things = {
      userId: NAMES.map((name) => this.people[name].id),
      auctionId: Object.values(this.auctions ?? {}),
      commandId: [this.registration],
      caseId: NAMES.map((name) => caseOf(userId(this.people[name].id))),
      payoutRunId: [this.registration],
      documentId: (await this.query('SELECT invoice_id FROM silver.invoices')).map(({ invoice_id }) => invoice_id),
    };
    const all = new Map<Reader, readonly Answered[]>();
    for (const reader of READERS) all.set(reader, await allAnswers(this.house.url, things, await this.tokenOf(reader)));
    return all;
  }

  private async tokenOf(reader: Reader): Promise<string | undefined> {
    if (reader === 'nobody') return undefined;
    if (reader === 'ann' || reader === 'eve') return this.people[reader].token;
    return (await person(this.secret, reader, [reader])).token;
  }

  async register(name: Name): Promise<void> {
    const { username, name: fullName, email, address } = this.people[name].words;
    const personal = {
      name: `Ada ${fullName}`,
      email: `${email}@hidden.example`,
      address: `7 ${address} Lane\nSecretham`,
    };
    const body = { ...(name === 'ann' && { commandId: this.registration }), username, ...personal };
    expect(await this.post('/users', name, body)).toMatchObject({ status: 201 });
    if (name !== 'ann' && name !== 'eve') return;
    const { token, words } = this.people[name];
    const stated = { country: 'FR', taxNumber: words.taxNumber };
    const account = { holder: words.holder, iban: 'DE89370400440532013000' };
    const banked = await request(this.house.url, 'PUT', '/users/me/bank-account', { token, body: account });
    expect(banked).toMatchObject({ status: 200, body: { outcome: 'accepted' } });
    const reply = await request(this.house.url, 'PUT', '/users/me/tax-position', { token, body: stated });
    expect(reply).toMatchObject({ status: 200, body: { outcome: 'accepted' } });
  }

  /**
   * Lea leads, Sid has a sealed bid, Cho is the under-bidder of a sale that is not paid for. Ann has bid in auctions that
   * have ended, and in a long one that has a snapshot; `bound` is the only one that she leads.
   */
  async play(): Promise<void> {
    const english = { softClose: null };
    const sealed = { format: 'sealed-first-price' };
    const unpaid = await this.list(english, MOMENT_MS);
    await this.takes(unpaid, 'cho', 1_000);
    await this.takes(unpaid, 'eve', 9_000);
    const ended = await this.list(sealed, MOMENT_MS);
    await this.takes(ended, 'ann', 2_000);
    await this.takes(ended, 'eve', 3_000);
    const [long, led, bound] = [
      await this.list(english, HOUR_MS),
      await this.list(english, HOUR_MS),
      await this.list(english, HOUR_MS),
    ];
    this.auctions = { unpaid, ended, long, led, bound, sealed: await this.list(sealed, HOUR_MS) };
    await this.takes(led, 'lea', 5_000);
    await this.takes(this.auctions.sealed, 'sid', 5_000);
    await this.takes(bound, 'ann', 5_000);
    await this.bidUntilSnapshot(long);
    for (const id of [ended, unpaid]) {
      const isSold = async () => (await this.get(`/auctions/${id}`, 'sue')).body.status === 'sold';
      await eventually('the hammer', isSold, 30_000);
    }
  }

  private async list(terms: object, durationMs: number): Promise<string> {
    const item = { title: `A clock by ${MARKER}`, category: 'Clocks' };
    const body = { item, terms: { currency: 'USD', startingPrice: '1000', ...terms }, durationMs };
    const reply = await this.post('/auctions', 'sue', body);
    expect(reply).toMatchObject({ status: 201 });
    return reply.body.auctionId;
  }

  private bid(auction: string, who: Name, amount: number): Promise<Reply> {
    return this.post(`/auctions/${auction}/bids`, who, { amount: String(amount), currency: 'USD' });
  }

  /** Ann and Eve outbid each other until the stream is long enough for a snapshot; Eve leads at the end. */
  private async bidUntilSnapshot(auction: string): Promise<void> {
    let amount = 1_000;
    for (let turn = 0; (await this.query('SELECT FROM journal.snapshots')).length === 0; turn++) {
      const bids = Array.from({ length: 20 }, () => {
        amount += 20_000;
        return this.bid(auction, turn % 2 === 0 ? 'ann' : 'eve', amount);
      });
      await Promise.all(bids);
    }
    await this.takes(auction, 'eve', amount + 20_000);
  }
}
