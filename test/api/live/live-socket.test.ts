// What a socket does with messages that come faster than they are taken.
import { EventEmitter } from 'node:events';
import { expect, it } from '@jest/globals';
import type { WebSocket } from 'ws';
import { LiveSocket, type SocketHost } from '../../../src/api/live/live-socket.js';
import { instant } from '../../../src/domain/time.js';

/** A connection of no network. */
class StubConnection extends EventEmitter {
  readonly OPEN = 1;
  readonly readyState = 1;
  readonly bufferedAmount = 0;
  readonly sent: string[] = [];
  isPaused = false;
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  send(frame: string): void {
    this.sent.push(frame);
  }
}

function opened() {
  const connection = new StubConnection();
  /** Messages of the socket that wait in the queue of all sockets. */
  const queue: (() => void)[] = [];
  const unexpected = () => {
    throw new Error('nothing of this was expected');
  };
  const host: SocketHost = {
    paced: (piece) => new Promise((resolve, reject) => queue.push(() => piece().then(resolve, reject))),
    verified: unexpected,
    charge: async () => null,
    account: undefined as unknown as SocketHost['account'],
    bufferBytesMax: () => 1_000_000,
    subscribe: unexpected,
    errorsText: unexpected,
    failed: unexpected,
    nowMs: () => 0,
    now: () => instant(0),
  };
  new LiveSocket(connection as unknown as WebSocket, host, { subscriptionsMax: 1, stalledMaxMs: 1_000 });
  return { connection, queue };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('has one message at most in the queue of all sockets, and reads no more while one waits', async () => {
  const { connection, queue } = opened();
  for (let n = 0; n < 3; n++) connection.emit('message', Buffer.from('{"type":"ping"}'), false);
  for (let taken = 1; taken <= 3; taken++) {
    await settled();
    expect([queue.length, connection.isPaused]).toEqual([1, true]);
    queue.shift()?.();
    await settled();
    expect(connection.sent).toHaveLength(taken);
  }
  expect([queue.length, connection.isPaused]).toEqual([0, false]);
});
