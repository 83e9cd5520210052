// Watchers as the world has them: the public `graphql-ws` client, and a bare socket for what no decent client does.
import { inspect } from 'node:util';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { eventually } from './eventually.js';

export const socketUrl = (url: string): string => `${url.replace('http', 'ws')}/graphql`;

/** What a subscription brought, in its order: data, then perhaps errors or an end. */
export class Watched {
  readonly data: any[] = [];
  errors: any = null;
  isComplete = false;
  stop: () => void = () => undefined;

  /** Resolves once a message fits; rejects at once if the subscription is refused. */
  async until(what: string, fits: (data: any) => boolean): Promise<any> {
    await eventually(what, () => this.data.some(fits) || this.errors !== null);
    const found = this.data.find(fits);
    if (found === undefined) throw new Error(`instead of ${what}: ${inspect(this.errors)}`);
    return found;
  }
}

export class Watcher {
  private constructor(
    private readonly client: Client,
    readonly url: string,
  ) {}

  /** Connects as whoever the token speaks for; a function is asked at each connection. `heard` gets every message that comes. */
  static connect(
    url: string,
    token?: string | (() => string),
    heard: (message: unknown) => void = () => undefined,
  ): Watcher {
    const authorization = () => ({ Authorization: `Bearer ${typeof token === 'function' ? token() : token}` });
    const connectionParams = token === undefined ? {} : { connectionParams: authorization };
    const socket = { url: socketUrl(url), webSocketImpl: WebSocket, retryAttempts: 3, on: { message: heard } };
    return new Watcher(createClient({ ...socket, ...connectionParams }), url);
  }

  watch(query: string, variables: Record<string, unknown> = {}): Watched {
    const watched = new Watched();
    watched.stop = this.client.subscribe(
      { query, variables },
      {
        next: ({ data, errors }) => {
          if (errors !== undefined) watched.errors = errors;
          watched.data.push(data);
        },
        error: (errors) => {
          watched.errors = errors;
        },
        complete: () => {
          watched.isComplete = true;
        },
      },
    );
    return watched;
  }

  async close(): Promise<void> {
    await this.client.dispose();
  }
}

/** A socket that says what it is told to, and keeps every frame. */
export class BareSocket {
  readonly frames: any[] = [];
  closed: Readonly<{ code: number; reason: string }> | null = null;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.frames.push(JSON.parse(String(data))));
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
    });
    socket.on('error', () => undefined);
  }

  static async open(
    url: string,
    protocol = 'graphql-transport-ws',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<BareSocket> {
    const bare = new BareSocket(new WebSocket(socketUrl(url), protocol, { headers }));
    await eventually('the socket to open', () => bare.socket.readyState !== WebSocket.CONNECTING);
    return bare;
  }

  /** Opened and acknowledged. */
  static async ready(url: string, token?: string): Promise<BareSocket> {
    const bare = await BareSocket.open(url);
    bare.say({ type: 'connection_init', payload: token === undefined ? {} : { Authorization: `Bearer ${token}` } });
    await eventually('the acknowledgement', () => bare.frames.some(({ type }) => type === 'connection_ack'));
    return bare;
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: Record<string, unknown> = {}): void {
    this.say({ id, type: 'subscribe', payload: { query, variables } });
  }

  of(id: string): any[] {
    return this.frames.filter((frame) => frame.id === id);
  }
}
