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
beforeAll(async () => {
  http = await TestApi.start();
});
afterAll(() => http.close());

it('a request is answered between the messages of one packet', async () => {
  const watcher = await BareSocket.ready(http.url);
  let pongs = 0;
  watcher.socket.on('message', (data) => {
    if (String(data) === '{"type":"pong"}') pongs += 1;
  });
  const { hostname, port } = new URL(http.url);
  const request = connect(Number(port), hostname);
  await once(request, 'connect');
  // All of them go as one packet; the library keeps its connection to itself.
  const { _socket: connection } = watcher.socket as unknown as { _socket: Socket };
  connection.cork();
  for (let n = 0; n < MESSAGES; n++) watcher.say({ type: 'ping' });
  connection.uncork();
  await eventually('the first message to be answered', () => pongs > 0);
  request.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
  const [answer] = await once(request, 'data');
  const answeredBefore = pongs;
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
  expect(answeredBefore).toBeLessThan(MESSAGES);
  await eventually('every message to be answered', () => pongs === MESSAGES);
  request.destroy();
  watcher.socket.terminate();
});
