// The Kafka that all test files of a run share. It is started when the first of them asks, since most runs need none: the
// process of the run listens on a socket, and answers with the brokers once there are some.
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type EmbeddedKafka, startEmbeddedKafka } from '../../src/embedded/kafka/embedded-kafka.js';
import { silentLog } from '../../src/runtime/log.js';
import { scratchDirectory } from './scratch.js';

/** Opens the door; `stop` ends the broker, if one was started. */
export async function openKafkaDoor(): Promise<Readonly<{ path: string; stop(): Promise<void> }>> {
  const scratch = scratchDirectory('kafka');
  let kafka: Promise<EmbeddedKafka> | null = null;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    kafka ??= startEmbeddedKafka({ dataDir: join(scratch.path, 'kafka'), heapMb: 384, short: true, log: silentLog });
    kafka.then(
      ({ brokers }) => socket.end(JSON.stringify({ brokers })),
      (error: unknown) => socket.end(JSON.stringify({ problem: String(error) })),
    );
  });
  const path = join(scratch.path, 'door');
  await new Promise<void>((listening) => server.listen(path, listening));
  server.unref();
  const stop = async () => {
    await new Promise((closed) => server.close(closed));
    await (await kafka?.catch(() => null))?.stop(true);
    scratch.remove();
  };
  return { path, stop };
}
