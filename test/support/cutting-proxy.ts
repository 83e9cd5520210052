// A TCP proxy between a program and its server (PostgreSQL mostly). It can cut connections, or cut or hush one at a chosen
// word of the client's.
import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';

/**
 * What happens to a connection when the client sends a statement that holds `word`. `cut before`: the server never gets
 * it. `cut after`: the server gets it, the client no answer. `hush`: from here on nothing passes, but nothing is closed.
 * `none`: it is only noted.
 */
export type Accident = Readonly<{ word: string; kind: 'cut before' | 'cut after' | 'hush' | 'none' }>;

export type CuttingProxy = Readonly<{
  host: string;
  port: number;
  /** Arms the proxy for one accident, on whichever connection says the word first. */
  next(accident: Accident): void;
  /** Whether the accident that was armed last has happened. */
  hasHappened(): boolean;
  /** Cuts every connection there is; new ones are taken. */
  cutAll(): void;
  close(): Promise<void>;
}>;

export async function cuttingProxy(target: Readonly<{ host: string; port: number }>): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let armed: Accident | null = null;

  const server = createServer((client) => {
    const upstream = dial(target.port, target.host);
    let hushed = false;
    /** A broken network does not even tell that the other end is gone. */
    let unreachable = false;
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        if (!unreachable) other.destroy();
      });
    }
    upstream.on('data', (chunk) => {
      if (!hushed) client.write(chunk);
    });
    client.on('data', (chunk) => {
      if (hushed) return;
      if (armed === null || !chunk.includes(armed.word)) {
        upstream.write(chunk);
        return;
      }
      const { kind } = armed;
      armed = null;
      if (kind === 'hush') hushed = unreachable = true;
      else if (kind === 'none') upstream.write(chunk);
      else if (kind === 'cut before') client.destroy();
      // The server answers only after it has done what it was told; the answer's first byte is the moment to cut.
      else {
        hushed = true;
        upstream.once('data', () => client.destroy());
        upstream.write(chunk);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: '127.0.0.1',
    port,
    next: (accident) => {
      armed = accident;
    },
    hasHappened: () => armed === null,
    cutAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
