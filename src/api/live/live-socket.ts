// One watcher's socket: the protocol graphql-transport-ws, and its bounds. What cannot be sent yet is kept as the latest of
// each auction, never as a backlog; a socket that does not read is cut.

import type { WebSocket } from 'ws';
import type { Instant } from '../../domain/time.js';
import type { Verified } from '../auth/tokens.js';
import { ApiError } from '../http/api-error.js';
import type { SocketAccount } from './held-bytes.js';
import { CLOSE, closeReason, type Message, readMessage } from './protocol.js';
import type { SubscribePayload } from './subscription.js';
import type { Subscriber } from './topics.js';

export type SocketBounds = Readonly<{
  subscriptionsMax: number;
  stalledMaxMs: number;
}>;

/** What a socket needs of the house. */
export interface SocketHost {
  /** Does this when the process has time for the next message of a socket. */
  paced(piece: () => Promise<void>): Promise<void>;
  /** Null asks for the session of the handshake's cookie, and is answered null where there is none. */
  verified(authorization: string | null): Promise<Verified | null>;
  /** Counts a message against the rates; the refusal where there are too many. */
  charge(who: Verified | null): Promise<ApiError | null>;
  /** What this socket makes the process hold; closed by whoever opened it. */
  readonly account: SocketAccount;
  /** With more than this unsent, a socket is told nothing new but the latest. */
  bufferBytesMax(): number;
  /** Begins to tell; resolves with how to stop, or throws what the client is to be told. */
  subscribe(payload: SubscribePayload, who: Verified | null, subscriber: Subscriber): Promise<() => void>;
  /** Errors as the client may see them, as JSON. */
  errorsText(error: unknown): string;
  /** Something of ours failed: logs it. */
  failed(error: unknown): void;
  nowMs(): number;
  now(): Instant;
}

/** From the opening to `connection_init`. */
const INIT_WITHIN_MS = 5_000;
const PING_EVERY_MS = 20_000;
/** Messages that a client may send in a minute, pings included. */
const MESSAGES_PER_MINUTE_MAX = 600;
const MINUTE_MS = 60_000;
/** Auctions that one subscription may be behind in; a list watcher that falls behind further is cut. */
const BEHIND_MAX = 2_000;

type Subscription = { stop: (() => void) | null; ended: boolean };

export class LiveSocket {
  private who: Verified | null = null;
  /** What `who` was told by; asked again now and then. */
  private authorization: string | null = null;
  private state: 'opened' | 'initialising' | 'ready' = 'opened';
  private readonly subscriptions = new Map<string, Subscription>();
  /** What is to be sent once the socket reads again: the latest frame by subscription and auction. */
  private readonly behind = new Map<string, string>();
  private behindSinceMs = 0;
  private readonly openedMs: number;
  private pingedMs: number;
  private answered = true;
  private minuteMs: number;
  private messages = 0;
  private open = true;
  /** Messages that wait to be taken. One of them at most is in the queue of all sockets, so that each gets its turn. */
  private heard = 0;
  private taking: Promise<void> = Promise.resolve();

  constructor(
    private readonly socket: WebSocket,
    private readonly host: SocketHost,
    private readonly bounds: SocketBounds,
  ) {
    this.openedMs = host.nowMs();
    this.pingedMs = this.openedMs;
    this.minuteMs = this.openedMs;
    socket.on('message', (data, isBinary) => this.hear(isBinary ? null : String(data)));
    socket.on('pong', () => {
      this.answered = true;
    });
    socket.on('close', () => this.end());
  }

  /** Subscriptions held. */
  get size(): number {
    return this.subscriptions.size;
  }

  /** Called every second or so: cuts what is late, silent, expired or does not read. */
  sweep(nowMs: number): void {
    this.catchUp();
    if (this.state !== 'ready' && nowMs - this.openedMs > INIT_WITHIN_MS)
      this.close(CLOSE.initTimeout, 'connection_init did not come in time');
    else if (this.who !== null && this.host.now() / 1_000 >= this.who.expiresAtS)
      this.close(CLOSE.forbidden, 'the token has expired');
    else if (this.who !== null && nowMs >= this.who.checkAgainAtMs) this.checkAgain(this.who);
    else if (this.behind.size > 0 && nowMs - this.behindSinceMs > this.bounds.stalledMaxMs) this.cut();
    else if (nowMs - this.pingedMs >= PING_EVERY_MS) this.ping(nowMs);
  }

  /** A key may have been withdrawn since. Whoever is told goodbye may come again with another token. */
  private checkAgain(who: Verified): void {
    this.who = { ...who, checkAgainAtMs: Number.POSITIVE_INFINITY };
    this.host.verified(this.authorization).then(
      (verified) => {
        if (verified === null) this.close(CLOSE.forbidden, 'the session is over');
        else this.who = verified;
      },
      (error: unknown) => this.forbid(error),
    );
  }

  private forbid(error: unknown): void {
    this.close(CLOSE.forbidden, error instanceof ApiError ? error.message : 'try again');
  }

  /** A socket that has not answered the ping before is dead. */
  private ping(nowMs: number): void {
    if (!this.answered) {
      this.cut();
      return;
    }
    this.answered = false;
    this.pingedMs = nowMs;
    this.socket.ping();
  }

  close(code: number, reason: string): void {
    this.end();
    this.socket.close(code, closeReason(reason));
  }

  /** Ends a connection that would not take a goodbye. */
  cut(): void {
    this.end();
    this.socket.terminate();
  }

  /**
   * Messages are taken one after the other, and none is read meanwhile: they would gather in memory. One that we fail at
   * ends its socket, not the process.
   */
  private hear(text: string | null): void {
    this.heard += 1;
    this.socket.pause();
    this.taking = this.taking
      .then(() => this.host.paced(() => this.take(text)))
      .catch((error: unknown) => {
        this.host.failed(error);
        this.close(CLOSE.failed, 'something failed here; try again');
      })
      .finally(() => {
        this.heard -= 1;
        if (this.heard === 0) this.socket.resume();
      });
  }

  private async take(text: string | null): Promise<void> {
    if (!this.open) return;
    const nowMs = this.host.nowMs();
    if (nowMs - this.minuteMs >= MINUTE_MS) [this.minuteMs, this.messages] = [nowMs, 0];
    this.messages += 1;
    const message = text === null ? null : readMessage(text);
    if (this.messages > MESSAGES_PER_MINUTE_MAX)
      this.close(CLOSE.tooMany, `more than ${MESSAGES_PER_MINUTE_MAX} messages in a minute`);
    else if (message === null) this.close(CLOSE.badRequest, 'this is no message of graphql-transport-ws');
    else await this.charged(message);
  }

  private async charged(message: Message): Promise<void> {
    const refusal = await this.host.charge(this.who);
    if (!this.open) return;
    if (refusal === null) this.answer(message);
    else if (message.type === 'subscribe' && !this.subscriptions.has(message.id)) this.refuse(message.id, refusal);
    else this.close(CLOSE.tooMany, refusal.message);
  }

  private answer(given: Message): void {
    switch (given.type) {
      case 'connection_init':
        this.init(given.payload ?? {});
        break;
      case 'ping':
        this.send('{"type":"pong"}');
        break;
      case 'subscribe':
        this.subscribe(given.id, given.payload);
        break;
      case 'complete':
        this.drop(given.id);
        break;
      case 'pong':
        break;
    }
  }

  private init(payload: Readonly<Record<string, unknown>>): void {
    if (this.state !== 'opened') {
      this.close(CLOSE.tooMany, 'Too many initialisation requests');
      return;
    }
    this.state = 'initialising';
    this.authenticate(payload).then(
      () => {
        if (!this.open) return;
        this.state = 'ready';
        this.send('{"type":"connection_ack"}');
      },
      (error: unknown) => this.forbid(error),
    );
  }

  /**
   * The token is the header that REST takes, by the same name; without one the session of the handshake's cookie counts, and
   * without both only public subscriptions are open.
   */
  private async authenticate(payload: Readonly<Record<string, unknown>>): Promise<void> {
    const header = payload['Authorization'] ?? payload['authorization'];
    this.authorization = header === undefined || header === null ? null : typeof header === 'string' ? header : '';
    this.who = await this.host.verified(this.authorization);
  }

  private subscribe(id: string, payload: SubscribePayload): void {
    const { subscriptionsMax } = this.bounds;
    if (this.state !== 'ready') this.close(CLOSE.unauthorized, 'Unauthorized');
    else if (this.subscriptions.has(id)) this.close(CLOSE.subscriberExists, `Subscriber for ${id} already exists`);
    else if (this.subscriptions.size >= subscriptionsMax)
      this.refuse(id, new ApiError(429, 'TooManySubscriptions', `a socket holds at most ${subscriptionsMax} of them`));
    else this.begin(id, payload);
  }

  private begin(id: string, payload: SubscribePayload): void {
    const subscription: Subscription = { stop: null, ended: false };
    this.subscriptions.set(id, subscription);
    const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    const subscriber: Subscriber = {
      tell: (key, text) => {
        if (!subscription.ended) this.next(`${id}\n${key}`, `${head}${text}}`);
      },
    };
    this.host.subscribe(payload, this.who, subscriber).then(
      (stop) => {
        if (subscription.ended) stop();
        else subscription.stop = stop;
      },
      (error: unknown) => {
        if (subscription.ended) return;
        this.subscriptions.delete(id);
        this.refuse(id, error);
      },
    );
  }

  private refuse(id: string, error: unknown): void {
    this.send(`{"id":${JSON.stringify(id)},"type":"error","payload":${this.host.errorsText(error)}}`);
  }

  private drop(id: string): void {
    const subscription = this.subscriptions.get(id);
    if (subscription === undefined) return;
    this.subscriptions.delete(id);
    subscription.ended = true;
    subscription.stop?.();
    for (const key of this.behind.keys()) if (key.startsWith(`${id}\n`)) this.forget(key);
  }

  /** Sends a frame, or keeps it as the latest of its key while more than enough is unsent. */
  private next(key: string, frame: string): void {
    if (this.behind.size === 0 && this.socket.bufferedAmount <= this.host.bufferBytesMax()) {
      this.send(frame);
      return;
    }
    if (this.behind.size === 0) this.behindSinceMs = this.host.nowMs();
    this.forget(key);
    if (this.behind.size >= BEHIND_MAX || this.host.account.take(weightOf(frame)) !== null) this.cut();
    else this.behind.set(key, frame);
  }

  private forget(key: string): void {
    const frame = this.behind.get(key);
    if (frame === undefined) return;
    this.behind.delete(key);
    this.host.account.release(weightOf(frame));
  }

  /** Sends what was kept, as far as the socket takes it. */
  catchUp(): void {
    if (this.behind.size === 0 || this.socket.bufferedAmount > 0) return;
    this.behindSinceMs = this.host.nowMs();
    for (const [key, frame] of this.behind) {
      if (this.socket.bufferedAmount > this.host.bufferBytesMax()) return;
      this.forget(key);
      this.send(frame);
    }
  }

  private send(frame: string): void {
    if (this.open && this.socket.readyState === this.socket.OPEN) this.socket.send(frame);
  }

  private end(): void {
    if (!this.open) return;
    this.open = false;
    for (const subscription of this.subscriptions.values()) {
      subscription.ended = true;
      subscription.stop?.();
    }
    this.subscriptions.clear();
    this.behind.clear();
  }
}

/** Two bytes a character, and its places in maps. */
const weightOf = (frame: string): number => 2 * frame.length + 200;
