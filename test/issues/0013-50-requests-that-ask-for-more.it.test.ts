// Issue 13, the second hostile pass: a request that also asked for an upgrade (`curl --http2` does) was answered in plain text
// by the library for sockets, whatever it was for, and where it was refused, nothing more was answered on its connection.
// A handshake that was refused by its token or the rate left its socket behind, for good. `Expect` with anything but 100-continue got a 417 without a body, and CONNECT no answer at all.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { settings, TestApi } from '../support/api.js';

let http: TestApi;
beforeAll(async () => {
  http = await TestApi.start();
});
afterAll(() => http.close());

const SILENT_MAX_MS = 10_000;

type Answer = Readonly<{ status: number; headers: string; body: string }>;

/** All that is answered to these bytes, until the server hangs up. Rejects where it neither answers nor hangs up. */
const answersTo = (...requests: readonly string[]): Promise<readonly Answer[]> => answersOf(http, requests);

async function answersOf({ url }: TestApi, requests: readonly string[]): Promise<readonly Answer[]> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  let received = '';
  socket.on('data', (text: string) => {
    received += text;
  });
  socket.setTimeout(SILENT_MAX_MS, () => socket.destroy(new Error(`no more came, nor an end, after: ${received}`)));
  socket.write(requests.join(''));
  await once(socket, 'close');
  return received
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .filter((text) => text !== '')
    .map((text) => {
      const [headers = '', body = ''] = text.split('\r\n\r\n');
      return { status: Number(headers.slice(9, 12)), headers: headers.toLowerCase(), body };
    });
}

const HANDSHAKE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol': 'graphql-transport-ws',
};
const asking = (line: string, headers: object): string =>
  `${line} HTTP/1.1\r\nHost: x\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
const LAST = asking('GET /health/live', { Connection: 'close' });

describe('an upgrade that is none of ours is passed over, and its connection ends with the answer', () => {
  it.each([
    ['to HTTP/2, as curl asks for it', 'GET /health/live', { ...HANDSHAKE, Upgrade: 'h2c' }, 200],
    ['to a socket, at another address', 'GET /health/live', HANDSHAKE, 200],
    ['to a socket, where nothing is', 'GET /nowhere', HANDSHAKE, 404],
    ['to nothing known', 'GET /graphql', { ...HANDSHAKE, Upgrade: 'x' }, 426],
    ['with a POST', 'POST /graphql', { ...HANDSHAKE, 'Content-Length': '0' }, 400],
    ['with OPTIONS', 'OPTIONS /graphql', HANDSHAKE, 405],
  ] as const)('%s', async (_, line, headers, status) => {
    const answers = await answersTo(asking(line, headers));
    expect(answers.map((one) => one.status)).toEqual([status]);
    expect(answers[0]?.headers).toContain('connection: close');
    if (status >= 400) expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject({ code: expect.any(String) });
  });
});

describe('a handshake that does not fit is refused as everything is, and its connection ends', () => {
  it.each([
    ['without a protocol of ours', { 'Sec-WebSocket-Protocol': 'x' }, 400, 'ProtocolUnknown'],
    ['of an older version', { 'Sec-WebSocket-Version': '8' }, 426, 'SocketVersionUnknown'],
    ['without a key', { 'Sec-WebSocket-Key': '' }, 400, 'SocketKeyInvalid'],
    ['with a key of another length', { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25j' }, 400, 'SocketKeyInvalid'],
    ['with a token that is none', { Authorization: 'Bearer x' }, 401, 'TokenInvalid'],
    ['with protocols that are no list', { 'Sec-WebSocket-Protocol': 'graphql-transport-ws,,' }, 400, 'ProtocolUnknown'],
  ])('%s', async (_, headers, status, code) => {
    const [answer, ...others] = await answersTo(asking('GET /graphql', { ...HANDSHAKE, ...headers }));
    expect(others).toEqual([]);
    expect(answer?.status).toBe(status);
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code, message: expect.any(String) });
    expect(answer?.headers).toContain('connection: close');
  });

  it('beyond the rate of its address', async () => {
    const limits = { ...settings.limits, perAddressPerMinute: 1 };
    const limited = await TestApi.start({ settings: { ...settings, limits } });
    try {
      await limited.get('/openapi');
      const [answer, ...others] = await answersOf(limited, [asking('GET /graphql', HANDSHAKE)]);
      expect([answer?.status, others]).toEqual([429, []]);
    } finally {
      await limited.close();
    }
  });

  it('and one that fits is taken', async () => {
    const { hostname, port } = new URL(http.api.url);
    const socket = connect(Number(port), hostname).setEncoding('utf8');
    socket.write(asking('GET /graphql', HANDSHAKE));
    const [text] = await once(socket, 'data');
    socket.destroy();
    expect(String(text)).toMatch(/^HTTP\/1\.1 101 /);
  });
});

it('an expectation that nobody can meet is refused in a sentence', async () => {
  const answers = await answersTo(asking('GET /health/live', { Expect: 'tea' }), LAST);
  expect(answers.map(({ status }) => status)).toEqual([417, 200]);
  expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject({ code: 'ExpectationUnknown' });
});

it('nobody is connected to others', async () => {
  const [answer] = await answersTo(asking('CONNECT elsewhere:443', {}));
  expect(answer?.status).toBe(405);
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'MethodNotAllowed' });
});
