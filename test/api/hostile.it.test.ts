// Wrong, unknown, oversized and hostile input: a typed 4xx that says what would be right, never a 500, never a stack.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, settings, TestApi, tokenFor } from '../support/api.js';
import type { Reply } from '../support/request.js';

const ann = userId(runtime.uuid());
const auction = runtime.uuid();
const bids = `/auctions/${auction}/bids`;

let house: ApiHouse;
let http: TestApi;
let token: string;
beforeAll(async () => {
  house = await ApiHouse.open();
  http = house.http;
  token = await tokenFor(ann, 'bidder', 'seller', 'operator', 'admin');
  await http.post('/users', token, { username: 'ann' });
});
afterAll(() => house.close());

function isTyped({ text, body, headers }: Reply): void {
  expect(body).toMatchObject({ code: expect.any(String), message: expect.any(String), requestId: expect.any(String) });
  expect(headers.get('x-request-id')).toBe(body.requestId);
  expect(text).not.toMatch(/\bat .*\.(js|ts)\b|node_modules|Error:/);
}

describe('a body', () => {
  const valid = '"amount":"1000","currency":"USD"';
  it.each<[string, string, number, string]>([
    ['that is no JSON', '{', 400, 'BodyNotJson'],
    ['that is a comment more', `{${valid}}//`, 400, 'BodyNotJson'],
    ['that is nothing', '', 400, 'RequestInvalid'],
    ['that is null', 'null', 400, 'RequestInvalid'],
    ['that is a list', '[]', 400, 'RequestInvalid'],
    ['that is a number', '1', 400, 'RequestInvalid'],
    ['that is text', '"x"', 400, 'RequestInvalid'],
    ['with a field that is unknown', `{${valid},"bidderId":"x"}`, 400, 'RequestInvalid'],
    ['without a field', '{"amount":"1000"}', 400, 'RequestInvalid'],
    ['that reaches for __proto__', `{${valid},"__proto__":{"admin":true}}`, 400, 'BodyNotJson'],
    ['that reaches for it by an escape', `{${valid},"\\u005f_proto__":{"x":1}}`, 400, 'BodyNotJson'],
    ['that reaches for constructor.prototype', `{${valid},"constructor":{"prototype":{"x":1}}}`, 400, 'BodyNotJson'],
    ['nested a hundred thousand deep', '['.repeat(30_000) + ']'.repeat(30_000), 400, 'BodyTooDeep'],
    ['of NUL', '\u0000', 400, 'BodyNotJson'],
    ['larger than is taken', `{"amount":"${'1'.repeat(70_000)}"}`, 413, 'BodyTooLarge'],
  ])('%s is refused', async (_, body, status, code) => {
    const reply = await http.send('POST', bids, { token, body });
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    isTyped(reply);
  });

  it('of exactly the size that is taken is read, and of one byte more is not', async () => {
    const max = settings.limits.bodyBytesMax;
    const padded = (bytes: number) => `{${valid}}`.padEnd(bytes, ' ');
    expect((await http.send('POST', bids, { token, body: padded(max) })).body).toMatchObject({ outcome: 'rejected' });
    expect((await http.send('POST', bids, { token, body: padded(max + 1) })).status).toBe(413);
  });

  it('nested sixteen deep is read, and seventeen is not', async () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect((await http.send('POST', bids, { token, body: nested(16) })).body.code).toBe('RequestInvalid');
    expect((await http.send('POST', bids, { token, body: nested(17) })).body.code).toBe('BodyTooDeep');
    const quoted = JSON.stringify({ reason: `"\\${'['.repeat(100)}` });
    expect((await http.send('POST', `/auctions/${auction}/cancellation`, { token, body: quoted })).status).toBe(404);
  });

  it('that is not UTF-8 is refused, not mended', async () => {
    const body = Buffer.concat([Buffer.from('{"username":"'), Buffer.of(0xc3, 0x28, 0xff), Buffer.from('"}')]);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${http.url}/users`, { method: 'POST', headers, body });
    const { code }: { code?: string } = JSON.parse(await response.text());
    expect([response.status, code]).toEqual([400, 'BodyNotUtf8']);
  });

  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'x',
  ])('of type %s is refused with 415', async (type) => {
    const reply = await http.send('POST', bids, { token, body: `{${valid}}`, headers: { 'content-type': type } });
    expect([reply.status, reply.body.code]).toEqual([415, 'MediaTypeUnsupported']);
    isTyped(reply);
  });

  it('of application/json with a charset is read', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    expect((await http.send('POST', bids, { token, body: `{${valid}}`, headers })).status).toBe(404);
  });
});

describe('an amount', () => {
  it.each([
    '"12.50"',
    '12.5',
    '0.1',
    '-1',
    '"-1"',
    '"+1"',
    '1e999',
    '1e3',
    '1000.0',
    '-0',
    '999999999999999.99999',
    '9007199254740992',
    '"1e3"',
    '"0x10"',
    '" 1"',
    '"1 "',
    '""',
    '"١"',
    'true',
    'null',
    '[]',
    '{}',
    '["1"]',
    '9007199254740993',
    '123456789012345678901234567890',
    '"1234567890123456789"',
    '"NaN"',
    '"1\\u0000"',
  ])('%s is refused with one sentence', async (amount) => {
    const reply = await http.send('POST', bids, { token, body: `{"amount":${amount},"currency":"USD"}` });
    expect(reply.status).toBe(400);
    expect(reply.body.message).toBe(
      'amount must be whole minor units (cents): 12.50 is "1250", as text or as an integer; fractions, signs and exponents are refused',
    );
    expect(reply.body.details).toHaveLength(1);
  });

  it.each(['"1000"', '1000', '9007199254740991', '"0001000"', '0', '"0"', '"999999999999999999"'])(
    '%s reaches the rules',
    async (amount) => {
      const reply = await http.send('POST', bids, { token, body: `{"amount":${amount},"currency":"USD"}` });
      expect(reply.body).toMatchObject({ outcome: 'rejected', reason: 'AuctionUnknown' });
    },
  );
});

describe('a text', () => {
  const bad = ['a\u0000b', '\ud800', 'x\udfffy', '\u0007', '   ', ''];
  it.each(bad)('like %j is refused as a username, a title, a reason and a name', async (text) => {
    const other = await tokenFor(userId(runtime.uuid()), 'seller');
    const listing = { terms: { currency: 'USD', startingPrice: '1' }, durationMs: 1_000 };
    const replies = [
      await http.post('/users', other, { username: text }),
      await http.post('/users', other, { username: 'x', name: text }),
      await http.post('/auctions', token, { ...listing, item: { title: text, category: 'c' } }),
      await http.post(`/users/${ann}/suspension`, token, { reason: text }),
      await http.get(`/auctions?category=${encodeURIComponent(text.toWellFormed())}`),
    ];
    for (const { status } of replies.slice(0, 4)) expect([400, 422]).toContain(status);
    if (text.isWellFormed()) expect(replies[4]?.status).toBe(400);
  });

  it('in any script, with emoji and joiners, is taken as it is', async () => {
    const other = await tokenFor(userId(runtime.uuid()), 'bidder');
    const username = 'Zoë 日本語 👩‍👩‍👧 עברית';
    expect((await http.post('/users', other, { username })).status).toBe(201);
    await house.caughtUp();
    expect((await http.get('/users/me', other)).body.username).toBe(username);
  });

  it('like SQL, HTML or a format string is just text', async () => {
    for (const text of [
      "'; DROP TABLE silver.users;--",
      '<script>alert(1)</script>',
      '%s%n',
      '$' + '{1+1}',
      '$1',
      '{{7*7}}',
    ])
      expect((await http.get(`/auctions?text=${encodeURIComponent(text)}`)).status).toBe(200);
  });

  it.each(['ann', 'a@b', 'a@@b.c', 'ann@example.org\nbcc: x', `${'a'.repeat(320)}@b.cd`])(
    'like %j is refused as an e-mail',
    async (email) => {
      expect((await http.post('/users', token, { username: 'x', email })).status).toBe(400);
    },
  );
});

describe('a time', () => {
  const listing = { item: { title: 't', category: 'c' }, terms: { currency: 'USD', startingPrice: '1' } };
  it.each([
    'tomorrow',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-02-30T12:00:00Z',
    '2026-01-31T25:00:00Z',
    '99999-01-01T00:00:00Z',
    1e12,
    '2026-01-31T12:00:00+99:99',
  ])('%j is refused', async (closesAt) => {
    expect((await http.post('/auctions', token, { ...listing, closesAt })).body).toMatchObject({
      code: 'RequestInvalid',
    });
  });

  it('in the past reaches the rules', async () => {
    const reply = await http.post('/auctions', token, { ...listing, closesAt: '1970-01-01T00:00:00+00:00' });
    expect(reply).toMatchObject({ status: 422, body: { reason: 'InvalidTerms', field: 'closesAt' } });
  });

  it('is given as closesAt or durationMs, not both and not neither', async () => {
    const closesAt = '2030-01-01T00:00:00Z';
    expect((await http.post('/auctions', token, { ...listing, closesAt, durationMs: 1_000 })).status).toBe(400);
    expect((await http.post('/auctions', token, listing)).status).toBe(400);
  });
});

describe('an id', () => {
  it.each([
    'x',
    '0',
    `${auction.slice(0, -1)}G`,
    `${auction}x`,
    `%20${auction}`,
    '%00',
    "'--",
    '00000000-0000-0000-0000-000000000000',
  ])('%s in the address is refused', async (id) => {
    for (const path of [`/auctions/${id}`, `/auctions/${id}/bids`, `/users/${id}`]) {
      const reply = await http.get(path);
      expect(reply).toMatchObject({ status: 400, body: { code: 'RequestInvalid' } });
      isTyped(reply);
    }
  });

  it.each([
    '',
    'x',
    runtime.uuid().replace(/^(.{14})7/, (_, start) => `${start}4`),
    [runtime.uuid(), runtime.uuid()].join(','),
    5,
    null,
    {},
  ])('%j of a command is refused', async (commandId) => {
    const reply = await http.post(bids, token, { commandId, amount: '1', currency: 'USD' });
    expect(reply).toMatchObject({ status: 400, body: { details: [{ field: 'commandId' }] } });
    if (typeof commandId !== 'string' || commandId === '') return;
    const headers = { 'idempotency-key': commandId };
    expect((await http.send('POST', bids, { token, headers, body: { amount: '1', currency: 'USD' } })).status).toBe(
      400,
    );
  });

  it.each(['0', '-1', '1.5', '9999999999', 'x', '01'])('%s of a bid is refused', async (number) => {
    const reply = await http.post(`${bids}/${number}/retraction`, token, { reason: 'TypingError' });
    expect(reply.status).toBe(400);
  });
});

describe('a query', () => {
  it.each([
    'limit=0',
    'limit=201',
    'limit=-1',
    'limit=1.5',
    'limit=x',
    'limit=',
    'limit=1&limit=2',
    'nope=1',
    'cursor=',
    'cursor=%00',
    'status=opened',
    'status=open&status=sold',
    'sellerId=x',
    'closesBefore=now',
    'text=',
    `text=${'x'.repeat(201)}`,
    '__proto__=1',
    'constructor=1',
    'limit[]=1',
    'limit=1e1',
  ])('?%s is refused', async (query) => {
    const reply = await http.get(`/auctions?${query}`);
    expect(reply.status).toBe(400);
    isTyped(reply);
  });

  it.each(['limit=1', 'limit=200'])('?%s is taken', async (query) => {
    expect((await http.get(`/auctions?${query}`)).status).toBe(200);
  });

  it('with a forged cursor is refused, whatever the cursor says', async () => {
    const forge = (...key: string[]) => Buffer.from(key.join(' ')).toString('base64url');
    const cursors = [
      'x',
      'AAAA',
      forge('bids', '1'),
      forge('auctions'),
      forge('auctions', '2026-02-30T00:00:00.000Z', auction),
      forge('auctions', '0000-01-01T00:00:00.000Z', auction),
      forge('auctions', '2026-01-01T24:00:00.000Z', auction),
      forge('auctions', '2026-01-01T00:00:00.000Z', 'x'),
      forge('auctions', "2026-01-01T00:00:00.000Z'--", auction),
      forge('auctions', 'infinity', auction),
    ];
    for (const cursor of cursors) {
      const reply = await http.get(`/auctions?cursor=${cursor}`);
      expect([cursor, reply.status, reply.body.code]).toEqual([cursor, 400, 'CursorInvalid']);
    }
  });
});

describe('an address', () => {
  it.each([
    ['/nope', 404, 'RouteUnknown'],
    ['/nothing', 404, 'RouteUnknown'],
    ['//auctions', 404, 'RouteUnknown'],
    ['/auctions/', 404, 'RouteUnknown'],
    ['/Auctions', 404, 'RouteUnknown'],
    ['/docs/..%2f..%2fpackage.json', 404, 'RouteUnknown'],
    ['/docs/%2e%2e/%2e%2e/package.json', 404, 'RouteUnknown'],
    ['/%', 400, 'AddressInvalid'],
    ['/auctions/%E0%A4%A', 400, 'AddressInvalid'],
    [`/auctions/${'a'.repeat(200)}`, 414, 'AddressTooLong'],
  ])('%s is answered as an error of ours', async (path, status, code) => {
    const reply = await http.get(path, token);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    isTyped(reply);
  });

  it('asked in a way it does not answer is 405, with the ways it does', async () => {
    const reply = await http.send('DELETE', '/auctions', { token });
    expect([reply.status, reply.body.code]).toEqual([405, 'MethodNotAllowed']);
    expect(reply.headers.get('allow')).toBe('GET, HEAD, POST');
    for (const method of ['OPTIONS', 'PATCH', 'PUT'])
      expect((await http.send(method, `/auctions/${auction}`, { token })).status).toBe(405);
  });

  it('of every GET answers HEAD, without a body', async () => {
    const reply = await http.send('HEAD', '/auctions');
    expect([reply.status, reply.text]).toEqual([200, '']);
  });
});

describe('bytes that are no request', () => {
  const raw = async (bytes: string): Promise<string> => {
    const { port, hostname } = new URL(http.url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setEncoding('latin1').on('data', (data) => {
      answer += data;
    });
    socket.write(bytes);
    await once(socket, 'close');
    return answer;
  };

  it.each([
    ['nonsense', 'nonsense\r\n\r\n', '400', 'NotHttp'],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: x\r\n: x\r\n\r\n', '400', 'NotHttp'],
    [
      'two lengths',
      'POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      '400',
      'NotHttp',
    ],
    [
      'a length and chunks, as smugglers send them',
      'POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
      'NotHttp',
    ],
    ['headers of 20 KB', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, '431', 'HeadersTooLarge'],
    ['an address of 20 KB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, '431', 'HeadersTooLarge'],
  ])('%s gets a typed answer and is hung up on', async (_, bytes, status, code) => {
    const answer = await raw(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain(`"code":"${code}"`);
    expect(answer).not.toMatch(/HPE_|node:/);
  });
});

describe('rates', () => {
  const limited = (perSubjectPerMinute: number, perAddressPerMinute: number) =>
    TestApi.start({
      settings: { ...settings, limits: { ...settings.limits, perSubjectPerMinute, perAddressPerMinute } },
    });

  it('are limited by person: the last that is allowed, the first that is not, and others go on', async () => {
    const own = await limited(3, 0);
    const [one, other] = [await tokenFor(ann), await tokenFor(userId(runtime.uuid()))];
    for (let i = 0; i < 3; i++) expect((await own.get('/users/me/bids', one)).status).toBe(200);
    const reply = await own.get('/users/me/bids', one);
    expect([reply.status, reply.body.code]).toEqual([429, 'TooManyRequests']);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    // Another token of the same person does not help; another person is not touched.
    expect((await own.get('/users/me/bids', await tokenFor(ann, 'bidder'))).status).toBe(429);
    expect((await own.get('/users/me/bids', other)).status).toBe(200);
    await own.close();
  });

  it('are limited by address, before a token costs anything; probes are not', async () => {
    const own = await limited(0, 3);
    for (let i = 0; i < 3; i++) expect((await own.get('/users/me', 'a.b.c')).status).toBe(401);
    expect((await own.get('/users/me', 'a.b.c')).status).toBe(429);
    expect((await own.get('/nope')).status).toBe(429);
    for (const path of ['/health/live', '/health/ready', '/metrics']) expect((await own.get(path)).status).toBe(200);
    await own.close();
  });

  it('go by the address that our own proxies saw, and by nothing else', async () => {
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    const direct = await limited(0, 1);
    expect((await direct.send('GET', '/auctions', from('10.0.0.1'))).status).toBe(200);
    expect((await direct.send('GET', '/auctions', from('10.0.0.2'))).status).toBe(429);
    await direct.close();
    const limits = { ...settings.limits, perAddressPerMinute: 1 };
    const behind = await TestApi.start({ settings: { ...settings, proxies: 1, limits } });
    expect((await behind.send('GET', '/auctions', from('10.0.0.1'))).status).toBe(200);
    expect((await behind.send('GET', '/auctions', from('10.0.0.2'))).status).toBe(200);
    // What a client writes in front of our proxy's entry changes nothing.
    expect((await behind.send('GET', '/auctions', from('6.6.6.6, 10.0.0.2'))).status).toBe(429);
    await behind.close();
  });
});

describe('every answer', () => {
  it('carries headers that keep browsers from doing more with it', async () => {
    const { headers } = await http.get('/auctions');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('invites no other site', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const reply = await http.send('OPTIONS', '/auctions', { headers });
    expect(reply.headers.get('access-control-allow-origin')).toBeNull();
  });
});
