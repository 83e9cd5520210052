// Bounds what clients can make this process hold: requests that are under way, and answers that nobody reads. Counted for
// each connection, each client and in all. An answer counts until the kernel has taken it.
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Runtime, Timer } from '../../runtime/runtime.js';
import type { FlightSettings } from '../api.settings.js';
import { ApiError } from './api-error.js';

/** Answers of commands and errors are smaller. They are sent whatever waits: their number is bounded. */
const SMALL_BYTES = 4_096;
/** Beyond so many times its requests a connection is cut: its client has not read the refusals either. */
const CUT_FACTOR = 2;
const SWEEP_EVERY_MS = 1_000;

type Load = { requests: number; unsentBytes: number };
type Connection = Load & { entries: Set<Entry>; movedMs: number; isCut: boolean };

/** A request from its arrival until its answer has left. */
type Entry = Readonly<{ client: string; load: Load; connection: Connection }> & {
  bytes: number;
  /** When its answer was ready; null while it is worked on. */
  readyMs: number | null;
};

declare module 'fastify' {
  interface FastifyRequest {
    flight: Entry | null;
  }
}

export class Flight {
  private readonly connections = new Map<Socket, Connection>();
  private readonly clients = new Map<string, Load>();
  private unsentBytes = 0;
  private sweeper: Timer | null = null;

  constructor(
    private readonly settings: FlightSettings,
    private readonly runtime: Runtime,
  ) {}

  /** How much is held, for tests. */
  size(): Readonly<{ connections: number; clients: number; unsentBytes: number }> {
    return { connections: this.connections.size, clients: this.clients.size, unsentBytes: this.unsentBytes };
  }

  /**
   * Counts a request in. Throws a 429 with more under way than may be, unless the route is `unlimited`; false for a
   * connection that has been cut, whose requests are not to be answered.
   */
  admit(request: FastifyRequest, { client, unlimited }: Admission): boolean {
    const { perConnectionMax, perClientMax } = this.settings;
    const connection = this.connectionOf(request.raw.socket);
    if (connection.isCut) return false;
    const entry = this.enter(connection, client);
    request.flight = entry;
    if (connection.requests > perConnectionMax * CUT_FACTOR || entry.load.requests > perClientMax * CUT_FACTOR) {
      connection.isCut = true;
      request.raw.socket.destroy();
      return false;
    }
    if (unlimited) return true;
    if (connection.requests > perConnectionMax)
      throw tooMuch(`more than ${perConnectionMax} requests under way on one connection`);
    if (entry.load.requests > perClientMax)
      throw tooMuch(`more than ${perClientMax} requests under way from one address`);
    return true;
  }

  /** Counts an answer that is about to be sent. Throws instead where more than enough waits to be read already. */
  send({ flight: entry }: FastifyRequest, bytes: number): void {
    if (entry === null) return;
    if (bytes > SMALL_BYTES) this.checkRoom(entry, bytes);
    entry.readyMs = this.runtime.monotonicMs();
    if (entry.connection.entries.has(entry)) this.hold(entry, bytes);
  }

  /** Counts a request out once its answer has left; those of a connection that ends are counted out with it. */
  leave({ flight: entry }: FastifyRequest): void {
    if (entry !== null) this.release(entry);
  }

  close(): void {
    this.sweeper?.cancel();
  }

  private checkRoom({ connection, load }: Entry, bytes: number): void {
    const { unsentPerConnectionMax, unsentPerClientMax, unsentMax } = this.settings;
    if (connection.unsentBytes + bytes > unsentPerConnectionMax)
      throw tooMuch(`more than ${unsentPerConnectionMax} bytes of answers wait to be read on one connection`);
    if (load.unsentBytes + bytes > unsentPerClientMax)
      throw tooMuch(`more than ${unsentPerClientMax} bytes of answers wait to be read by one address`);
    if (this.unsentBytes + bytes > unsentMax)
      throw new ApiError(503, 'TooManyUnread', 'too many answers of this server wait to be read; try again', LATER);
  }

  private connectionOf(socket: Socket): Connection {
    const known = this.connections.get(socket);
    if (known !== undefined) return known;
    const connection = { requests: 0, unsentBytes: 0, entries: new Set<Entry>(), movedMs: 0, isCut: false };
    this.connections.set(socket, connection);
    // Answers behind the first one are not told that their socket is gone.
    socket.once('close', () => {
      this.connections.delete(socket);
      for (const entry of connection.entries) this.release(entry);
    });
    this.sweeper ??= this.runtime.startTimer(SWEEP_EVERY_MS, () => this.sweep());
    return connection;
  }

  private enter(connection: Connection, client: string): Entry {
    const load = this.clients.get(client) ?? { requests: 0, unsentBytes: 0 };
    this.clients.set(client, load);
    const entry = { client, load, connection, bytes: 0, readyMs: null };
    connection.entries.add(entry);
    connection.requests += 1;
    load.requests += 1;
    return entry;
  }

  private release(entry: Entry): void {
    const { connection, load, client } = entry;
    if (!connection.entries.delete(entry)) return;
    this.hold(entry, 0);
    connection.movedMs = this.runtime.monotonicMs();
    connection.requests -= 1;
    load.requests -= 1;
    if (load.requests === 0) this.clients.delete(client);
  }

  private hold(entry: Entry, bytes: number): void {
    const more = bytes - entry.bytes;
    entry.bytes = bytes;
    entry.connection.unsentBytes += more;
    entry.load.unsentBytes += more;
    this.unsentBytes += more;
  }

  /** Cuts connections whose next answer has been ready for too long: their clients do not read. */
  private sweep(): void {
    const nowMs = this.runtime.monotonicMs();
    for (const [socket, { entries, movedMs }] of this.connections) {
      const [next] = entries;
      if (next === undefined || next.readyMs === null) continue;
      if (nowMs - Math.max(next.readyMs, movedMs) > this.settings.unreadMaxMs) socket.destroy();
    }
    this.sweeper = this.connections.size === 0 ? null : this.runtime.startTimer(SWEEP_EVERY_MS, () => this.sweep());
  }
}

type Admission = Readonly<{ client: string; unlimited: boolean }>;

const LATER = { headers: { 'retry-after': '1' } };
const tooMuch = (problem: string): ApiError =>
  new ApiError(429, 'TooMuchAtOnce', `${problem}; read the answers, then ask again`, LATER);
