// Issue 13, 4: a subscription that was POSTed was answered 500, and variables 30,000 deep on a socket raised a RangeError.
// Whatever a client gets wrong is a 4xx, or a close code of the protocol; nothing of it is logged as a failure of ours.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import WebSocket from 'ws';
import { userId } from '../../src/domain/ids.js';
import { runtime, TestApi, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { BareSocket, socketUrl } from '../support/watcher.js';

let http: TestApi;
let token: string;
beforeAll(async () => {
  http = await TestApi.start();
  token = await tokenFor(userId(runtime.uuid()), 'bidder', 'seller', 'analyst', 'operator', 'admin');
});
afterAll(async () => {
  await http.close();
  expect(http.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
});

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const json = (query: string, more: object = {}): string => JSON.stringify({ query, ...more });
const BID = 'mutation($input: PlaceBidInput!) { placeBid(input: $input) { __typename } }';
const CONTENT_TYPE = 'content-type';

describe('over HTTP', () => {
  const bodies: readonly (readonly [what: string, body: string])[] = [
    ['a subscription', json('subscription{myNews{__typename}}')],
    ['a public subscription', json('subscription{auctionsUpdated{auctionId}}')],
    [
      'a subscription among queries',
      json('query a{__typename} subscription b{myNews{__typename}}', { operationName: 'b' }),
    ],
    ['an operation that is not there', json('query a{__typename}', { operationName: 'b' })],
    ['the name of no operation', json('query a{__typename}', { operationName: '' })],
    ['an operation named as what objects inherit', json('query a{__typename}', { operationName: 'constructor' })],
    ['several operations and no name', json('query a{__typename} query b{__typename}')],
    ['two operations of one name', json('query a{__typename} query a{__typename}', { operationName: 'a' })],
    ['no operation at all', json('fragment a on Query{__typename}')],
    ['a document of types', json('type Query{a:Int}')],
    ['an empty document', json('')],
    ['a comment', json('# nothing')],
    ['a document of NUL', json('{\u0000}')],
    ['a document of half a character', json('{\ud800}')],
    ['a batch', `[${json('{__typename}')}]`],
    ['a batch of nothing', '[]'],
    ['deep variables', `{"query":"{__typename}","variables":{"a":${nested(30_000)}}}`],
    ['deep extensions', `{"query":"{__typename}","extensions":${nested(30_000)}}`],
    ['variables that are a list', json('{__typename}', { variables: [] })],
    ['variables that are text', json('{__typename}', { variables: 'a' })],
    ['a query that is a document', json('', { query: { kind: 'Document', definitions: [] } })],
    ['a query that is a document in text', json(JSON.stringify({ kind: 'Document', definitions: [] }))],
    ['variables that reach for __proto__', '{"query":"{__typename}","variables":{"__proto__":{"a":1}}}'],
    ['a deep list of numbers', json(`{auction(id:${nested(490)}){auctionId}}`)],
    ['a deep object', json(`{auctions(filter:${'{status:'.repeat(300)}OPEN${'}'.repeat(300)}){rows{auctionId}}}`)],
    ['a deep selection', json('{a'.repeat(400) + '}'.repeat(400))],
    ['a deep type of a variable', json(`query($a:${'['.repeat(400)}Int${']'.repeat(400)}){__typename}`)],
    ['a circle of fragments', json('{...a} fragment a on Query{...b} fragment b on Query{...a}')],
    ['a variable that is missing', json(BID)],
    ['a variable of another type', json(BID, { variables: { input: 7 } })],
    ['an input with a key that objects inherit', json(BID, { variables: { input: { constructor: 1 } } })],
    ['a huge number in the document', json(`{auctions(limit:${'9'.repeat(400)}){rows{auctionId}}}`)],
    [
      'a huge number in the variables',
      `{"query":"query($n:Int){auctions(limit:$n){rows{auctionId}}}","variables":{"n":1e400}}`,
    ],
    [
      'a number beyond 32 bits',
      json('query($n:Int){auctions(limit:$n){rows{auctionId}}}', { variables: { n: 2 ** 31 } }),
    ],
    ['a fraction of a row', json('query($n:Int){auctions(limit:$n){rows{auctionId}}}', { variables: { n: 1.5 } })],
    ['a directive that is not there', json('{__typename @nope}')],
    ['@defer', json('{...@defer{__typename}}')],
    ['a mutation with two fields', json('mutation{a:eraseUser{__typename} b:eraseUser{__typename}}')],
  ];
  it.each(bodies)('%s is the client’s mistake', async (_, body) => {
    for (const send of [{ body }, { body, token }]) {
      const { status, text } = await http.send('POST', '/graphql', send);
      expect([status >= 400 && status < 500, status, text]).toEqual([true, status, text]);
      expect(text).not.toMatch(/node_modules|\n\s+at /);
    }
  });

  it.each([
    'text/plain',
    'application/graphql',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=a',
    ',',
  ])('a body of type %s is the client’s mistake', async (type) => {
    const { status } = await http.send('POST', '/graphql', { body: '{__typename}', headers: { [CONTENT_TYPE]: type } });
    expect([400, 415]).toContain(status);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is the client’s mistake', async (method) => {
    const { status } = await http.send(method, '/graphql?query={__typename}');
    expect([404, 405, 426]).toContain(status);
  });

  it('says that a subscription needs a socket', async () => {
    const { status, body } = await http.send('POST', '/graphql', { body: json('subscription{myNews{__typename}}') });
    expect([status, body.errors[0].extensions.code]).toEqual([400, 'SubscriptionNeedsSocket']);
  });
});

describe('on a socket', () => {
  const subscribe = (query: unknown, more: object = {}): string =>
    JSON.stringify({ id: '1', type: 'subscribe', payload: { query, ...more } });
  const init = '{"type":"connection_init","payload":';
  const messages: readonly (readonly [what: string, text: string])[] = [
    [
      'deep variables',
      `{"id":"1","type":"subscribe","payload":{"query":"subscription{myNews{__typename}}","variables":{"a":${nested(30_000)}}}}`,
    ],
    ['deep extensions', `{"id":"1","type":"subscribe","payload":{"query":"","extensions":${nested(30_000)}}}`],
    ['a deep payload of a ping', `{"type":"ping","payload":${nested(30_000)}}`],
    ['another initialisation', `${init}{}}`],
    ['a message of an unknown type', '{"type":"constructor"}'],
    ['a message that reaches for __proto__', '{"__proto__":{"type":"ping"}}'],
    ['a batch', `[${subscribe('subscription{myNews{__typename}}')}]`],
    ['no JSON', '{'],
    ['nothing', ''],
    ['an operation that is not there', subscribe('subscription a{myNews{__typename}}', { operationName: 'b' })],
    ['several operations', subscribe('subscription a{myNews{__typename}} subscription b{myNews{__typename}}')],
    ['a query', subscribe('{__typename}')],
    ['introspection by a subscription', subscribe('subscription{__typename}')],
    ['a deep selection', subscribe(`subscription{auctionsUpdated${'{a'.repeat(400)}${'}'.repeat(400)}}`)],
    ['a list for an id', subscribe(`subscription{auctionUpdated(id:${nested(400)}){auctionId}}`)],
    [
      'an id of half a character',
      subscribe('subscription($i:ID!){auctionUpdated(id:$i){auctionId}}', { variables: { i: '\ud800' } }),
    ],
    ['a variable that is missing', subscribe('subscription($i:ID!){auctionUpdated(id:$i){auctionId}}')],
    ['a time that is none', subscribe('subscription{auctionsUpdated(filter:{closesBefore:"9".repeat}){auctionId}}')],
    [
      'a filter of another type',
      subscribe('subscription($f:AuctionFilter){auctionsUpdated(filter:$f){auctionId}}', { variables: { f: [1] } }),
    ],
    [
      'a filter with a time of year 10^9',
      subscribe('subscription{auctionsUpdated(filter:{closesBefore:"+999999999-01-01T00:00:00Z"}){auctionId}}'),
    ],
  ];
  it.each(messages)('%s is the client’s mistake', async (_, text) => {
    const socket = await BareSocket.ready(http.url, token);
    socket.say(text);
    await eventually('a refusal', () => socket.closed !== null || socket.frames.some(({ type }) => type === 'error'));
    if (socket.closed !== null) expect(`${socket.closed.code}`).toMatch(/^44/);
    else for (const { extensions } of socket.of('1')[0].payload) expect(extensions.code).not.toBe('Internal');
    socket.socket.close();
    await stillServes();
  });

  it('an id that no close reason has room for is refused like any other', async () => {
    const socket = await BareSocket.ready(http.url, token);
    for (let n = 0; n < 2; n++) socket.subscribe('💥'.repeat(50), 'subscription{myNews{__typename}}');
    await eventually('the close', () => socket.closed !== null);
    expect(socket.closed).toMatchObject({ code: 4409 });
    await stillServes();
  });

  it.each([7, '"x"', '[]', '{"Authorization":{"a":1}}', '{"Authorization":"Bearer \\u0000"}', nested(30_000)])(
    'an initialisation with %s is the client’s mistake',
    async (payload) => {
      const socket = await BareSocket.open(http.url);
      socket.say(`${init}${payload}}`);
      await eventually('the close', () => socket.closed !== null);
      expect(`${socket.closed?.code}`).toMatch(/^44/);
      await stillServes();
    },
  );

  it('bytes that are no text, and text that is no UTF-8, end the socket and nothing else', async () => {
    for (const send of [
      (socket: WebSocket) => socket.send(Buffer.from('{"type":"ping"}')),
      (socket: WebSocket) => socket.send(Buffer.of(0xc3, 0x28), { binary: false }),
      (socket: WebSocket) => socket.send('x'.repeat(70_000)),
      (socket: WebSocket) => socket.close(4999, 'é'.repeat(60)),
    ]) {
      const socket = await BareSocket.ready(http.url, token);
      send(socket.socket);
      await eventually('the end', () => socket.closed !== null);
      await stillServes();
    }
  });

  it('a protocol that is not spoken here is refused before the socket opens', async () => {
    const socket = new WebSocket(socketUrl(http.url), 'graphql-ws');
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode));
      socket.on('error', resolve);
    });
    expect(status).toBe(400);
  });

  async function stillServes(): Promise<void> {
    expect((await http.send('POST', '/graphql', { body: json('{__typename}') })).status).toBe(200);
  }
});
