// What one hostile client can send to a house: each attack at the full allowance of one address, bounded in count and time.
// Runs in a process of its own, so that the bidder's times are not those of the attacker.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';

export type Target = Readonly<{
  url: string;
  /** Each attack has an address of its own, behind the house's one proxy. */
  address: string;
  auctionId: string;
  /** Of somebody who may bid. */
  token: string;
  seconds: number;
}>;

/** How often each answer came. */
export type Tally = Record<string, number>;
type Attack = (target: Target) => Promise<Tally>;

/** More than any rate lets through in a minute. */
const REQUESTS_MAX = 12_000;
const AT_ONCE = 32;
const SOCKETS = 310;
const PROTOCOL = 'graphql-transport-ws';

const count = (tally: Tally, what: string): void => {
  tally[what] = (tally[what] ?? 0) + 1;
};

type Sent = Readonly<{ method?: string; path: string; body?: string; token?: string; address?: string }>;

/** Sends what `make` makes, some at once, until the time or the number is up. */
async function flood({ url, address, seconds }: Target, make: (n: number) => Sent): Promise<Tally> {
  const tally: Tally = {};
  const untilMs = performance.now() + seconds * 1_000;
  let sent = 0;
  const keepSending = async (): Promise<void> => {
    while (performance.now() < untilMs && sent < REQUESTS_MAX) {
      const { method = 'POST', path, body, token, address: own = address } = make(sent++);
      const headers: Record<string, string> = { 'x-forwarded-for': own };
      if (body !== undefined) headers['content-type'] = 'application/json';
      if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
      try {
        const response = await fetch(`${url}${path}`, { method, headers, ...(body !== undefined && { body }) });
        await response.arrayBuffer();
        count(tally, `${response.status}`);
      } catch {
        // The house may hang up on an attacker; that is an answer too.
        count(tally, 'cut');
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, keepSending));
  return tally;
}

/** Opens sockets, sends `messages` on each as fast as they go, and holds them until the time is up. */
async function onSockets(target: Target, messages: (socket: number) => Iterable<string>, reads = true): Promise<Tally> {
  const tally: Tally = {};
  const untilMs = performance.now() + target.seconds * 1_000;
  const sockets: WebSocket[] = [];
  const open = (n: number): Promise<void> =>
    new Promise((resolve) => {
      const headers = { 'x-forwarded-for': target.address };
      const socket = new WebSocket(`${target.url.replace('http', 'ws')}/graphql`, PROTOCOL, { headers });
      sockets.push(socket);
      socket.on('error', () => count(tally, 'refused'));
      socket.on('close', (code) => {
        count(tally, `closed ${code}`);
        resolve();
      });
      socket.on('message', (data) => {
        const { type, payload } = JSON.parse(String(data));
        count(tally, type === 'error' ? payload[0].extensions.code : type);
        if (type !== 'connection_ack') return;
        for (const message of messages(n)) socket.send(message);
        if (!reads) socket.pause();
        resolve();
      });
      socket.on('open', () => socket.send('{"type":"connection_init"}'));
    });
  for (let n = 0; n < SOCKETS && performance.now() < untilMs; n += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, SOCKETS - n) }, (_, i) => open(n + i)));
  await sleep(Math.max(0, untilMs - performance.now()));
  for (const socket of sockets) socket.terminate();
  return tally;
}

const subscribe = (id: number, query: string, variables: object = {}): string =>
  JSON.stringify({ id: `${id}`, type: 'subscribe', payload: { query, variables } });

function* hundred(make: (n: number) => string): Generator<string> {
  for (let n = 0; n < 100; n++) yield make(n);
}

/** Writes pipelined requests and reads no answer. */
async function unread({ url, address, seconds }: Target, path: string): Promise<Tally> {
  const tally: Tally = {};
  const { hostname, port, host } = new URL(url);
  const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-For: ${address}\r\n\r\n`;
  const sockets = Array.from({ length: 20 }, () => {
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.on('error', () => count(tally, 'cut'));
    socket.on('connect', () => {
      count(tally, 'connected');
      socket.write(request.repeat(100));
    });
    return socket;
  });
  await sleep(seconds * 1_000);
  for (const socket of sockets) socket.destroy();
  return tally;
}

const numbers = '1 '.repeat(1_980);
const deep = '['.repeat(30_000) + ']'.repeat(30_000);
const MISTAKES: readonly string[] = [
  '{"query":"subscription{myNews{__typename}}"}',
  `{"query":"{__typename}","variables":{"a":${deep}}}`,
  `{"query":"{a(x:${'['.repeat(480)}${']'.repeat(480)})}"}`,
  `{"query":"${'{a'.repeat(480)}${'}'.repeat(480)}"}`,
  '[{"query":"{__typename}"}]',
  '{"query":"{__typename}","operationName":"constructor"}',
  '{"query":"{__typename}","variables":{"__proto__":{}}}',
  `{"query":"{auctions(limit:${'9'.repeat(400)}){rows{title}}}"}`,
];

/** Spellings of one address, as different as they can be. */
const spellings: readonly ((n: number, address: string) => string)[] = [
  (n, address) => `${address}:${1_024 + n}`,
  (_, address) => `::ffff:${address}`,
  (n, address) => `[::ffff:${address}]:${1_024 + n}`,
  (n) => `2001:db8:0:7::${n.toString(16)}`,
  (n) => `[2001:DB8:0:7:0:0:1:${n.toString(16)}]:443`,
];
const uuid = (n: number): string => `0190f5a2-7c1e-7d3a-9b1c-${n.toString(16).padStart(12, '0')}`;

export const ATTACKS: Readonly<Record<string, Attack>> = {
  '1 undeclared variables': (target) =>
    onSockets(target, (socket) =>
      hundred((n) =>
        subscribe(n, 'subscription{auctionsUpdated{auctionId}}', { p: `${socket} ${n}`.padEnd(64_000, 'x') }),
      ),
    ),
  '1 distinct lists': (target) =>
    onSockets(target, (socket) =>
      hundred((n) => {
        const closesBefore = new Date(Date.UTC(2100 + (socket % 100), 0, 1) + n).toISOString();
        return subscribe(n, `subscription{auctionsUpdated(filter:{closesBefore:"${closesBefore}"}){a${n}:title}}`);
      }),
    ),
  '1 look-ups': (target) =>
    onSockets(target, (socket) =>
      hundred((n) => subscribe(n, `subscription{auctionUpdated(id:"${uuid(socket * 100 + n)}"){title}}`)),
    ),
  '1 sockets that do not read': (target) =>
    onSockets(
      target,
      () =>
        hundred((n) =>
          n % 2 === 0
            ? subscribe(n, `subscription{auctionsUpdated{a${n}:title description}}`)
            : subscribe(n, `subscription{auctionUpdated(id:"${target.auctionId}"){a${n}:title description}}`),
        ),
      false,
    ),
  '2 lists that nobody reads': (target) => unread(target, '/auctions?limit=200'),
  '2 documents that nobody reads': (target) => unread(target, '/docs/openapi.json'),
  '2 metrics that nobody reads': (target) => unread(target, '/metrics'),
  '2 readiness that nobody reads': (target) => unread(target, '/health/ready'),
  '3 distinct documents': (target) =>
    flood(target, (n) => ({ path: '/graphql', body: JSON.stringify({ query: `{z${n}(x:[${numbers}])}` }) })),
  '3 distinct documents that are good': (target) =>
    flood(target, (n) => ({
      path: '/graphql',
      body: JSON.stringify({ query: `query q${n} {auction(id:"${uuid(n)}"){${'title '.repeat(480)}}}` }),
    })),
  '4 mistakes': (target) => flood(target, (n) => ({ path: '/graphql', body: MISTAKES[n % MISTAKES.length] ?? '' })),
  '5 spellings of one address': (target) =>
    flood(target, (n) => {
      const spell = spellings[n % spellings.length];
      return { method: 'GET', path: '/auctions?limit=1', address: spell?.(n % 60_000, target.address) ?? '' };
    }),
  '6 refusals': (target) =>
    flood(target, (n) => ({
      path: `/auctions/${n % 2 === 0 ? target.auctionId : uuid(n)}/${n % 3 === 0 ? 'buy-now' : 'bids'}`,
      body: n % 3 === 0 ? '{}' : '{"amount":"1","currency":"USD"}',
      token: target.token,
    })),
};
