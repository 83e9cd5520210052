// Issue 13, 1: hundreds of messages that came in one packet were all taken before anything else; with 60 sockets the bids of
// others waited for 600 ms.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TestApi } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { BareSocket } from '../support/watcher.js';

const MESSAGES = 500;

let http: TestApi;
const open: BareSocket[] = [];
beforeAll(async () => {
  http = await TestApi.start();
});
afterAll(async () => {
  for (const { socket } of open) socket.terminate();
  await http.close();
});

/** A watcher that sends so many pings as one packet, and counts what it is answered. */
async function pinging(): Promise<Readonly<{ socket: BareSocket; pongs: () => number; ping(times: number): void }>> {
  const socket = await BareSocket.ready(http.url);
  open.push(socket);
  let pongs = 0;
  socket.socket.on('message', (data) => {
    if (String(data) === '{"type":"pong"}') pongs += 1;
  });
  const ping = (times: number): void => {
    // The library keeps its connection to itself.
    const { _socket: connection } = socket.socket as unknown as { _socket: Socket };
    connection.cork();
    for (let n = 0; n < times; n++) socket.say({ type: 'ping' });
    connection.uncork();
  };
  return { socket, pongs: () => pongs, ping };
}

it('a request is answered between the messages of one packet', async () => {
  const { pongs, ping } = await pinging();
  const { hostname, port } = new URL(http.url);
  const request = connect(Number(port), hostname);
  await once(request, 'connect');
  ping(MESSAGES);
  await eventually('the first message to be answered', () => pongs() > 0);
  request.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
  const [answer] = await once(request, 'data');
  const answeredBefore = pongs();
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
  expect(answeredBefore).toBeLessThan(MESSAGES);
  await eventually('every message to be answered', () => pongs() === MESSAGES);
  request.destroy();
});
