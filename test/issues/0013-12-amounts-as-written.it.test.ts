// An amount is judged by its own digits, through every door: what is no whole number as it is written is refused.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Tokens } from '../../src/api/auth/tokens.js';
import { MessageIngress } from '../../src/api/ingress/ingress.js';
import type { CommandEnvelope } from '../../src/bus/command-bus.js';
import { DEFAULT_HOUSE } from '../../src/domain/auction/house-defaults.js';
import { userId } from '../../src/domain/ids.js';
import { MessageReader } from '../../src/kafka/commands/message-reader.js';
import { MessageSigner } from '../../src/kafka/commands/message-signer.js';
import { MemoryKeyStore } from '../../src/personal-data/memory.key-store.js';
import { runtime, scriptedBus, secret, settings, TestApi, tokenFor } from '../support/api.js';

const BAD = [
  '1e3',
  '1E3',
  '1000.0',
  '1000.5',
  '-0',
  '-1',
  '0.1',
  '999999999999999.99999',
  '9007199254740992',
  '9007199254740993',
  '123456789012345678901234567890',
  '1e999',
  '"1e3"',
  '"1000.0"',
  '"-0"',
  '"+1"',
  '" 1"',
  '"1,000"',
  '"1234567890123456789"',
];
const GOOD = ['1000', '"1000"', '9007199254740991', '"999999999999999999"', '0'];
const WHAT = /amount.* must be whole minor units \(cents\): 12\.50 is "1250", as text or as an integer/i;

const auction = runtime.uuid();
const taken: CommandEnvelope[] = [];
let http: TestApi;
let token: string;
beforeAll(async () => {
  const bus = scriptedBus((envelope) => {
    taken.push(envelope);
    return Promise.reject(new Error('not judged here'));
  });
  http = await TestApi.start({ bus });
  token = await tokenFor(userId(runtime.uuid()), 'bidder', 'seller');
});
afterAll(() => http.close());

/** The amount of the bid that has reached the bus by what `send` did; null if none has. */
async function amountBehind(send: () => Promise<unknown>): Promise<bigint | null> {
  taken.length = 0;
  await send();
  const command = taken[0]?.command;
  return command?.type === 'PlaceBid' ? command.amount : null;
}
const meant = (text: string): bigint => BigInt(text.replaceAll('"', ''));

describe('over REST', () => {
  const bid = (amount: string) =>
    http.send('POST', `/auctions/${auction}/bids`, { token, body: `{"amount":${amount},"currency":"USD"}` });

  it.each(BAD)('%s is refused with what would be right', async (amount) => {
    const reply = await bid(amount);
    expect([reply.status, reply.body.code]).toEqual([400, 'RequestInvalid']);
    expect(reply.body.message).toMatch(WHAT);
  });
  it.each(GOOD)('%s is taken as it is', async (amount) =>
    expect(await amountBehind(() => bid(amount))).toBe(meant(amount)),
  );

  it.each(['terms.startingPrice', 'terms.reservePrice', 'terms.buyNowPrice'])(
    '%s is judged in the same way',
    async (field) => {
      const name = field.split('.')[1];
      const given = name === 'startingPrice' ? '' : '"startingPrice":"1",';
      const body = `{"item":{"title":"t","category":"c"},"terms":{"currency":"USD",${given}"${name}":1e3},"durationMs":1000}`;
      const reply = await http.send('POST', '/auctions', { token, body });
      expect(reply.body).toMatchObject({ code: 'RequestInvalid', details: [{ field }] });
    },
  );

  it.each(['1000.0', '1e3'])('no other whole number is %s', async (durationMs) => {
    const body = `{"item":{"title":"t","category":"c"},"terms":{"currency":"USD","startingPrice":"1"},"durationMs":${durationMs}}`;
    const reply = await http.send('POST', '/auctions', { token, body });
    expect([reply.status, reply.body.message]).toEqual([
      400,
      'durationMs must be a whole number in plain digits, without fraction or exponent, and at most 2^53 - 1',
    ]);
  });
});

describe('over GraphQL', () => {
  const select = '{ __typename }';
  const inVariable = (amount: string) => {
    const query = `mutation ($input: PlaceBidInput!) { placeBid(input: $input) ${select} }`;
    const body = `{"query":${JSON.stringify(query)},"variables":{"input":{"auctionId":"${auction}","amount":${amount},"currency":"USD"}}}`;
    return http.send('POST', '/graphql', { token, body });
  };
  const inDocument = (amount: string) => {
    const query = `mutation { placeBid(input: { auctionId: "${auction}", amount: ${amount}, currency: USD }) ${select} }`;
    return http.send('POST', '/graphql', { token, body: { query } });
  };

  describe.each([
    ['a variable', inVariable],
    ['a document', inDocument],
  ])('in %s', (_, bid) => {
    it.each(BAD)('%s is refused with what would be right', async (amount) => {
      let reply = await bid(amount);
      expect(await amountBehind(async () => (reply = await bid(amount)))).toBeNull();
      expect(reply.status).toBe(400);
      expect(reply.body.errors[0].message).toMatch(WHAT);
    });
    it.each(GOOD)('%s is taken as it is', async (amount) =>
      expect(await amountBehind(() => bid(amount))).toBe(meant(amount)),
    );
  });

  it('durations in a document are whole, too', async () => {
    const listing = (durationMs: string) =>
      `mutation { listAuction(input: { item: { title: "t", category: "c" }, terms: { currency: USD, startingPrice: 1 }, durationMs: ${durationMs} }) ${select} }`;
    const reply = await http.send('POST', '/graphql', { token, body: { query: listing('1e3') } });
    expect([reply.status, reply.body.errors[0].message]).toEqual([
      400,
      expect.stringContaining('Milliseconds must be a whole number'),
    ]);
  });
});

describe('over Kafka', () => {
  const reader = new MessageReader({
    signer: new MessageSigner(secret),
    ingress: new MessageIngress(new Tokens(settings.tokens, runtime), DEFAULT_HOUSE, new MemoryKeyStore()),
    partitions: 1,
    messageBytesMax: 65_536,
  });
  const read = (amount: string) => {
    const value = Buffer.from(
      `{"v":1,"commandId":"${runtime.uuid()}","token":"${token}","request":{"type":"PlaceBid","auctionId":"${auction}","amount":${amount},"currency":"USD"}}`,
    );
    const message = { key: null, value, headers: {}, timestamp: `${runtime.now()}`, attributes: 0, offset: '0' };
    return reader.read('bids', 0, message);
  };

  it.each(BAD)('%s is refused with what would be right', async (amount) => {
    expect(await read(amount)).toMatchObject({
      kind: 'dead',
      reason: 'Malformed',
      detail: expect.stringMatching(WHAT),
    });
  });
  it.each(GOOD)('%s is taken as it is', async (amount) => {
    expect(await read(amount)).toMatchObject({ kind: 'command', command: { command: { amount: meant(amount) } } });
  });
});

describe('what is missing', () => {
  it.each([
    ['amount', '{"currency":"USD"}'],
    ['currency', '{"amount":"1000"}'],
  ])('%s is called missing', async (field, body) => {
    const reply = await http.send('POST', `/auctions/${auction}/bids`, { token, body });
    expect(reply.body).toMatchObject({ code: 'RequestInvalid', details: [{ field, problem: 'is missing' }] });
  });
  it.each(['item', 'terms', 'item.title', 'terms.startingPrice'])('%s of a listing as well', async (field) => {
    const listing: any = { item: { title: 't', category: 'c' }, terms: { currency: 'USD', startingPrice: '1' } };
    const [part, name] = field.split('.') as [string, string?];
    if (name === undefined) delete listing[part];
    else delete listing[part][name];
    const reply = await http.post('/auctions', token, { ...listing, durationMs: 1_000 });
    expect(reply.body.details).toEqual([{ field, problem: 'is missing' }]);
  });
  it('null is not missing, and is told what would be right', async () => {
    const reply = await http.send('POST', `/auctions/${auction}/bids`, {
      token,
      body: '{"amount":null,"currency":"USD"}',
    });
    expect(reply.body.message).toMatch(WHAT);
  });
});
