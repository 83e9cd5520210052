// The leak hunt: auctions of every format under the load of real clients, over REST, GraphQL and live subscriptions at once.
// All that any of them receives, and all that is logged and counted, is searched for what only another one may know: first
// while all bids are open, then when every hammer has fallen and the prices of sealed auctions, and nothing else, are told.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildClientSchema, type GraphQLSchema, getIntrospectionQuery } from 'graphql';
import type { Role } from '../../src/domain/actor.js';
import { type UserId, userId } from '../../src/domain/ids.js';
import { PrometheusMetrics } from '../../src/observability/prometheus.metrics.js';
import { ApiHouse, runtime, tokenLasting } from '../support/api.js';
import { atOnce } from '../support/at-once.js';
import { eventually } from '../support/eventually.js';
import { everythingOf } from '../support/everything.js';
import { ForwardRuntime } from '../support/forward.runtime.js';
import { type MailServer, startMailServer } from '../support/mail-server.js';
import { DIGEST_MS, linkIn, mailLinks, type PeopleMail, press, startPeopleMail } from '../support/people-mail.js';
import type { Reply, Send } from '../support/request.js';
import { SecretAmounts, SecretHunt, secretPerson } from '../support/secret-hunt.js';
import { BareSocket } from '../support/watcher.js';

const FORMATS = ['english', 'sealed-first-price', 'vickrey'] as const;
const AUCTIONS_A_FORMAT = 50;
const CLIENTS_AT_ONCE = 12;
const AUCTION_LASTS_MS = 3_600_000;
/** No bid comes near a reserve of this tier. */
const UNREACHABLE = 98;

/** Somebody on the public network: keeps every byte that ever came. `own` are the secrets that are this person's to know. */
class Client {
  readonly heard: { where: string; text: string }[] = [];
  readonly own = new Set<string>();
  socket: BareSocket | null = null;
  email: string | null = null;

  constructor(
    readonly name: string,
    readonly id: UserId,
    readonly token: string | null,
  ) {}

  /** The token outlives the hour that is skipped. */
  static async of(name: string, ...roles: Role[]): Promise<Client> {
    const id = userId(runtime.uuid());
    return new Client(name, id, await tokenLasting(86_400, id, ...roles));
  }

  async send(method: string, path: string, send: Send = {}): Promise<Reply> {
    const reply = await house.http.send(method, path, { ...send, ...(this.token !== null && { token: this.token }) });
    const where = `${method} ${path} ${typeof send.body === 'object' ? JSON.stringify(send.body).slice(0, 80) : ''}`;
    this.heard.push({ where, text: `${JSON.stringify([...reply.headers])} ${reply.text}` });
    return reply;
  }

  get(path: string): Promise<Reply> {
    return this.send('GET', path);
  }

  post(path: string, body: object): Promise<Reply> {
    return this.send('POST', path, { body });
  }

  ask(query: string, variables: object = {}): Promise<Reply> {
    return this.send('POST', '/graphql', { body: { query, variables } });
  }

  /** Responses and frames so far. */
  all(): readonly { where: string; text: string }[] {
    const frames = (this.socket?.frames ?? []).map((frame) => ({ where: 'a frame', text: JSON.stringify(frame) }));
    const mails = mailTo(this).map(({ mail: { headerLines, text } }) => ({
      where: 'a mail',
      text: `${JSON.stringify(headerLines)} ${text}`,
    }));
    return [...this.heard, ...frames, ...mails];
  }

  frames(id: string): any[] {
    return this.socket?.of(id).filter(({ type }) => type === 'next') ?? [];
  }
}

type Sealed = Readonly<{ buyer: Client; price: string }>;
/** `tells` is what the hammer of a sealed auction makes public; null where nothing is sold. */
type Auction = Readonly<{ id: string; format: (typeof FORMATS)[number]; seller: Client; tells: Sealed | null }>;

const clock = new ForwardRuntime();
const metrics = new PrometheusMetrics();
const amounts = new SecretAmounts();
const secrets = new Set<string>();
const reserves: string[] = [];
const accepted: string[] = [];
const commands: { id: string; by: Client }[] = [];
const auctions: Auction[] = [];

let house: ApiHouse;
let mail: MailServer;
let sending: PeopleMail;
let schema: GraphQLSchema;
let sellers: Client[];
let bidders: Client[];
let anybody: Client;
let nosy: Client;
let clients: Client[];

/** A new amount that only this client may know. */
function secretOf(client: Client, tier: number): string {
  const amount = amounts.at(tier);
  secrets.add(amount);
  client.own.add(amount);
  return amount;
}

beforeAll(async () => {
  [mail, house] = [await startMailServer(), await ApiHouse.open({ runtime: clock, metrics, mailLinks })];
  sending = startPeopleMail(house, mail, clock);
  const many = (name: string, count: number, role: Role) =>
    Promise.all(Array.from({ length: count }, (_, i) => Client.of(`${name} ${i}`, role)));
  [sellers, bidders] = [await many('seller', 3, 'seller'), await many('bidder', 6, 'bidder')];
  anybody = new Client('anybody', userId(runtime.uuid()), null);
  nosy = await Client.of('nosy', 'bidder', 'seller', 'analyst', 'operator', 'admin');
  clients = [...sellers, ...bidders, nosy, anybody];
  schema = buildClientSchema((await anybody.ask(getIntrospectionQuery())).body.data);
  for (const [i, client] of [...sellers, ...bidders, nosy].entries()) {
    const { word, ...person } = secretPerson(i);
    secrets.add(word);
    client.own.add(word);
    expect((await client.post('/users', { username: `user ${i}`, ...person })).status).toBe(201);
    await wantMail(client, person.email);
  }
  clock.forward(DIGEST_MS);
  await house.caughtUp();
  for (const client of clients) await watch(client);
}, 120_000);
afterAll(async () => {
  for (const { socket } of clients) socket?.socket.terminate();
  await sending.stop();
  await house.close();
  await mail.stop();
  metrics.close();
});

const everything = (type: string): string => everythingOf(schema, type);

/** Every mail to this person from now on is heard, with all that it is made of. */
async function wantMail(client: Client, email: string): Promise<void> {
  client.email = email;
  expect((await client.post('/users/me/email-verification', {})).status).toBe(200);
  await eventually(`the link to ${email}`, () => mailTo(client).length === 1);
  expect((await press(house, linkIn(mailTo(client)[0]))).status).toBe(200);
  expect((await client.send('PUT', '/users/me/mail', { body: { wanted: true } })).status).toBe(200);
}

const mailTo = ({ email }: Client) => mail.taken.filter(({ to }) => email !== null && to.includes(email));

async function watch(client: Client): Promise<void> {
  client.socket = await BareSocket.ready(house.http.url, client.token ?? undefined);
  client.socket.subscribe('all', `subscription { auctionsUpdated ${everything('Auction')} }`);
  client.socket.subscribe('news', `subscription { myNews ${everything('News')} }`);
}

/** Fifty auctions of each format, in turns; half have a reserve, half of those one that nobody reaches. */
async function play(n: number): Promise<void> {
  const format = FORMATS[n % FORMATS.length] ?? 'english';
  const seller = pick(sellers, n);
  const kind = Math.floor(n / FORMATS.length) % 4;
  // A reserve that is met becomes the price of an English auction, by its rules: there it stays out of reach.
  const tier = kind === 0 ? (format === 'english' ? UNREACHABLE : 10) : kind === 2 ? UNREACHABLE : null;
  const reservePrice = tier === null ? null : secretOf(seller, tier);
  if (reservePrice !== null) reserves.push(reservePrice);
  const id = await list(seller, n, { format, currency: 'USD', startingPrice: '1000', reservePrice });
  if (n % 5 === 0) nosy.socket?.subscribe(id, WATCH(), { id });
  const tells = format === 'english' ? await playEnglish(id, n) : await playSealed(id, n);
  auctions.push({ id, format, seller, tells: tier === UNREACHABLE ? null : (tells?.[format] ?? null) });
  await lookAround(id, n);
}

const WATCH = () => `subscription($id: ID!) { auctionUpdated(id: $id) ${everything('Auction')} }`;

async function list(seller: Client, n: number, terms: object): Promise<string> {
  const item = { title: `Clock ${n}`, description: 'It ticks.', category: 'Antiques' };
  const input = { item, terms, durationMs: AUCTION_LASTS_MS };
  if (n % 2 === 0) {
    const reply = await seller.post('/auctions', { ...input, terms: { ...terms, retraction: 'ebay' } });
    expect([reply.status, reply.text]).toEqual([201, expect.anything()]);
    return keep(seller, reply.body).auctionId;
  }
  const graphql = { ...input, terms: { ...terms, retraction: 'EBAY', format: FORMAT_NAMES[n % FORMATS.length] } };
  const answer = everything('ListAuctionResult');
  const reply = await seller.ask(`mutation($input: ListAuctionInput!) { listAuction(input: $input) ${answer} }`, {
    input: graphql,
  });
  expect(reply.body).toMatchObject({ data: { listAuction: { __typename: 'ListingAccepted' } } });
  return keep(seller, reply.body.data.listAuction).auctionId;
}

const FORMAT_NAMES = ['ENGLISH', 'SEALED_FIRST_PRICE', 'VICKREY'];

/** Bids a new secret amount of this tier, or one known already, and says what became of it. */
async function bid(id: string, bidder: Client, tierOrAmount: number | string, overGraphql: boolean) {
  const amount = typeof tierOrAmount === 'number' ? secretOf(bidder, tierOrAmount) : tierOrAmount;
  if (!overGraphql) {
    const reply = await bidder.post(`/auctions/${id}/bids`, { amount, currency: 'USD' });
    if (reply.status === 201) accepted.push(amount);
    return { amount, ...keep(bidder, reply.body) };
  }
  const query = `mutation($input: PlaceBidInput!) { placeBid(input: $input) ${everything('PlaceBidResult')} }`;
  const { body } = await bidder.ask(query, { input: { auctionId: id, amount, currency: 'USD' } });
  const answer = body.data.placeBid;
  if (/Accepted$/.test(answer.__typename)) accepted.push(amount);
  return { amount, ...keep(bidder, answer), outcome: answer.__typename };
}

function keep(by: Client, answer: any): any {
  commands.push({ id: answer.commandId, by });
  return answer;
}

async function playEnglish(id: string, n: number): Promise<null> {
  const [ann, bob, cid] = [pick(bidders, n), pick(bidders, n + 1), pick(bidders, n + 2)];
  const took = [
    await bid(id, ann, 40, n % 2 === 0),
    await bid(id, bob, 20, n % 2 === 1),
    await bid(id, cid, 60, n % 4 === 0),
    await bid(id, ann, 50, n % 4 === 1),
    await bid(id, cid, 80, n % 4 === 2),
  ];
  expect(took.map(({ bidNumber }) => bidNumber)).toEqual([1, 2, 3, 4, 5]);
  // Refused: below the leader's own maximum, below the price, in the wrong currency, for a seller.
  expect((await bid(id, cid, 70, n % 2 === 0)).bidNumber).toBeUndefined();
  expect((await bid(id, bob, 30, n % 2 === 1)).bidNumber).toBeUndefined();
  return null;
}

async function playSealed(id: string, n: number) {
  const [ann, bob, cid] = [pick(bidders, n), pick(bidders, n + 1), pick(bidders, n + 2)];
  await bid(id, ann, 40, n % 2 === 0);
  const second = await bid(id, bob, 20, n % 2 === 1);
  await bid(id, cid, 60, n % 4 === 0);
  const highest = await bid(id, ann, 70, n % 4 === 1);
  const next = await bid(id, cid, 65, n % 4 === 2);
  expect([second, highest, next].map(({ bidCount }) => bidCount)).toEqual([2, 3, 3]);
  // Refused: the same again, and one below the starting price.
  expect((await bid(id, cid, next.amount, n % 2 === 0)).bidNumber).toBeUndefined();
  expect((await bid(id, cid, '999', n % 2 === 1)).bidNumber).toBeUndefined();
  const path = `/auctions/${id}/bids/${second.bidNumber}/retraction`;
  if (n % 5 === 0) expect((await bob.post(path, { reason: 'TypingError' })).body.bidCount).toBe(2);
  return {
    'sealed-first-price': { buyer: ann, price: highest.amount },
    vickrey: { buyer: ann, price: next.amount },
    english: null,
  };
}

const pick = (from: readonly Client[], i: number): Client => from[i % from.length] as Client;

/** What somebody sees who looks into an auction while others bid, with and without good manners. */
async function lookAround(id: string, n: number): Promise<void> {
  for (const client of n % 2 === 0 ? [anybody, pick(bidders, n + 3)] : [nosy, pick(sellers, n + 1)]) {
    await client.get(`/auctions/${id}`);
    await client.get(`/auctions/${id}/bids`);
    const rows = `rows ${everything('Bid')} next`;
    const query = `query($id: ID!) { auction(id: $id) ${everything('Auction')} bids(auctionId: $id) { ${rows} } }`;
    expect((await client.ask(query, { id })).body.errors).toBeUndefined();
  }
  if (n % 4 === 1) await pry(id, n);
}

/** What nobody should ask: others' commands, their ids for commands of one's own, their bids, fields that are not there. */
async function pry(id: string, n: number): Promise<void> {
  const other = commands[(n * 31) % commands.length];
  await nosy.get(`/commands/${other?.id}`);
  await nosy.ask(`query($id: ID!) { command(id: $id) ${everything('CommandAnswer')} }`, { id: other?.id });
  await nosy.post(`/auctions/${id}/bids`, { amount: '1', currency: 'USD', commandId: other?.id });
  await nosy.post(`/auctions/${id}/bids/1/retraction`, { reason: 'TypingError' });
  await nosy.post(`/auctions/${id}/bids`, { amount: '1000.5', currency: 'EUR' });
  await nosy.post(`/auctions/${id}/bids/1/retraction-request`, { reason: 'TypingError' });
  await nosy.post(`/auctions/${id}/bids/1/retraction-request/refusal`, { reason: 'of curiosity' });
  await nosy.post(`/auctions/${id}/cancellation`, { reason: 'of curiosity' });
  await nosy.post(`/auctions/${id}/relisting`, { durationMs: 1 });
  await nosy.send('POST', `/auctions/${id}/bids`, { body: '{"amount":', headers: { 'x-request-id': `r${n}` } });
  for (const field of ['maximum', 'reservePrice', 'leaderMaximum', 'terms { reservePrice }'])
    await nosy.ask(`query($id: ID!) { auction(id: $id) { ${field} } }`, { id });
  await nosy.ask('query($id: ID!) { bids(auctionId: $id) { rows { maximum amount } } }', { id });
}

/** Everything there is to read at rest, by everybody. */
async function readAll(client: Client): Promise<void> {
  const paths = ['/auctions?limit=200', '/auctions?text=reserve', '/transactions?limit=200', '/users/me', '/metrics'];
  paths.push('/users/me/bids?limit=200', '/users/me/transactions?limit=200', '/health/ready', '/health/live');
  paths.push(
    '/retraction-requests?limit=200',
    '/voiding-proposals?limit=200',
    '/fraud/cases?limit=200',
    '/fraud/review',
    '/docs',
    '/docs/openapi.json',
    '/auctions?cursor=nonsense',
    '/auctions/nowhere',
    '/nowhere',
  );
  for (const { id } of [...sellers, ...bidders]) paths.push(`/users/${id}`);
  for (const path of paths) {
    const { body } = await client.get(path);
    for (let next = body?.next; typeof next === 'string'; )
      next = (await client.get(`${path}&cursor=${encodeURIComponent(next)}`)).body.next;
  }
  const pageOf = (type: string) => `rows ${everything(type)} next`;
  for (const [list, type] of [
    ['auctions(limit: 200)', 'Auction'],
    ['myBids(limit: 200)', 'OwnBid'],
    ['myTransactions(limit: 200)', 'Transaction'],
    ['transactions(limit: 200)', 'Transaction'],
    ['retractionRequests(limit: 200)', 'RetractionRequest'],
    ['runs(limit: 200)', 'Run'],
    ['fraudCases(limit: 200)', 'FraudCase'],
    ['voidingProposals(limit: 200)', 'VoidingProposal'],
    ['alerts(open: null, limit: 200)', 'Alert'],
  ] as const)
    await client.ask(`{ ${list} { ${pageOf(type)} } }`);
  await client.ask(`{ me ${everything('OwnUser')} }`);
  for (const { id } of sellers) await client.ask(`query($id: ID!) { user(id: $id) ${everything('User')} }`, { id });
  await client.ask(getIntrospectionQuery());
}

/** What somebody has received that is another's secret and not `told` to all. */
function leaks(told: ReadonlySet<string> = new Set()): readonly string[] {
  const hunt = new SecretHunt(secrets);
  const found = clients.flatMap((client) =>
    client
      .all()
      .flatMap(({ where, text }) =>
        [...hunt.find(text)]
          .filter((secret) => !client.own.has(secret) && !told.has(secret))
          .map((secret) => `${client.name} found ${secret} in ${where}`),
      ),
  );
  const lines = [...house.log.lines, ...house.http.log.lines].map((line) => JSON.stringify(line));
  for (const line of lines) for (const secret of hunt.find(line)) found.push(`the log has ${secret}: ${line}`);
  return found;
}

const kindsIn = (text: string | undefined): readonly string[] =>
  [...(text ?? '').matchAll(/^([A-Z][\w ]+): Clock \d+$/gm)].map(([, kind = '']) => kind);

/** What stands in the tables of alerts, of mail and of the outbox. */
async function secretsInNotes(): Promise<readonly string[]> {
  const hunt = new SecretHunt(secrets);
  const tables = ['alerts', 'outbox', 'mail_readers', 'mail_following', 'silences', 'processes', 'refused_minutes'];
  const texts = await Promise.all(
    tables.map(async (table) => JSON.stringify((await house.house.pool.query(`SELECT * FROM ops.${table}`)).rows)),
  );
  return texts.flatMap((text, i) => [...hunt.find(text)].map((secret) => `${tables[i]} has ${secret}`));
}

describe('while bids are open', () => {
  beforeAll(async () => {
    const numbers = Array.from({ length: AUCTIONS_A_FORMAT * FORMATS.length }, (_, n) => n);
    await atOnce(
      CLIENTS_AT_ONCE,
      numbers.map((n) => () => play(n)),
    );
    await house.caughtUp();
    await atOnce(
      CLIENTS_AT_ONCE,
      clients.map((client) => () => readAll(client)),
    );
  }, 600_000);

  it('everybody has been told of every auction', async () => {
    for (const client of clients)
      await eventually(`${client.name} to hear of all auctions`, () => {
        const ids = client.frames('all').map(({ payload }) => payload.data.auctionsUpdated.auctionId);
        return new Set(ids).size === auctions.length;
      });
    const news = bidders.flatMap((bidder) => bidder.frames('news').map(({ payload }) => payload.data.myNews));
    expect(news.map(({ __typename }) => __typename)).toContain('Outbid');
    const watched = auctions.filter(({ id }) => (nosy.socket?.of(id).length ?? 0) > 0);
    expect(new Set(watched.map(({ format }) => format))).toEqual(new Set(FORMATS));
    expect(watched).toHaveLength(auctions.length / 5);
  });

  it('its owner finds every secret', async () => {
    const hunt = new SecretHunt(secrets);
    const found = bidders.map((bidder) => new Set(bidder.all().flatMap(({ text }) => [...hunt.find(text)])));
    const foundByOwner = [...found].flatMap((all, i) => [...all].filter((secret) => bidders[i]?.own.has(secret)));
    expect(new Set(foundByOwner.filter((secret) => /^\d/.test(secret)))).toEqual(new Set(accepted));
    expect(accepted).toHaveLength(5 * AUCTIONS_A_FORMAT * FORMATS.length);
    for (const client of [...sellers, ...bidders, nosy]) {
      const words = client.all().flatMap(({ text }) => [...hunt.find(text)].filter((word) => !/^\d/.test(word)));
      expect([client.name, [...new Set(words)]]).toEqual([client.name, [...client.own].filter((s) => !/^\d/.test(s))]);
    }
    // A reserve nobody is shown, but the journal has it.
    const { rows } = await house.house.pool.query("SELECT string_agg(payload::text, ' ') AS text FROM journal.events");
    for (const reserve of reserves) expect(rows[0].text).toContain(reserve);
    expect(reserves).toHaveLength((AUCTIONS_A_FORMAT / 2) * FORMATS.length);
  });

  it('nobody else finds any, nor does the log', () => {
    expect(leaks()).toEqual([]);
  });

  it('neither alerts nor what waits to be mailed holds any', async () => {
    expect(await secretsInNotes()).toEqual([]);
  });
});

describe('when the hammers have fallen', () => {
  beforeAll(async () => {
    clock.forward(AUCTION_LASTS_MS + 60_000);
    const ended = new Set<string>();
    await eventually(
      'every auction to end, and everybody to hear of it',
      () => {
        for (const { payload } of anybody.frames('all')) {
          const { auctionId, closedAt } = payload.data.auctionsUpdated;
          if (closedAt !== null) ended.add(auctionId);
        }
        return ended.size === auctions.length;
      },
      60_000,
    );
    await house.caughtUp();
    await atOnce(
      CLIENTS_AT_ONCE,
      clients.map((client) => () => readAll(client)),
    );
    await atOnce(
      CLIENTS_AT_ONCE,
      auctions.map(
        ({ id }, n) =>
          () =>
            lookAround(id, n),
      ),
    );
  }, 600_000);

  it('a sealed auction tells its price, and to whom it fell', async () => {
    const sold = auctions.filter(({ tells }) => tells !== null);
    expect(sold.length).toBeGreaterThan(AUCTIONS_A_FORMAT);
    for (const { id, tells } of sold) {
      const { body } = await anybody.get(`/auctions/${id}`);
      expect([body.status, body.currentPrice, body.leaderId]).toEqual(['sold', tells?.price, tells?.buyer.id]);
    }
    const news = bidders.flatMap((bidder) => bidder.frames('news').map(({ payload }) => payload.data.myNews));
    expect(news.map(({ __typename }) => __typename)).toContain('Won');
  });

  it('everybody had mail of it, and what is kept of that holds no secret', async () => {
    clock.forward(DIGEST_MS);
    const heard = () => new Set(bidders.flatMap((one) => mailTo(one).flatMap(({ mail: { text } }) => kindsIn(text))));
    await eventually(
      'mail of every kind',
      () => ['You were outbid', 'You won', 'Your invoice'].every((kind) => heard().has(kind)),
      60_000,
    );
    expect(await secretsInNotes()).toEqual([]);
  });

  it('nothing else has come out', () => {
    expect(leaks(new Set(auctions.flatMap(({ tells }) => (tells === null ? [] : [tells.price]))))).toEqual([]);
  });
});
