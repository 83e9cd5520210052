// Connections of the PostgreSQL journal: each wait has an end, and its message says what was waited for.
import { Socket } from 'node:net';
import pg from 'pg';
import type { Log } from '../../runtime/log.js';
import type { Runtime, Timer } from '../../runtime/runtime.js';

export type WaitLimits = Readonly<{
  /** How long an append waits for another process's transaction. */
  lockWaitMaxMs: number;
  /** How long any one statement may take, and how long a connection may take to come up. */
  statementMaxMs: number;
}>;

export type ConnectionParts = Readonly<{
  config: pg.ClientConfig;
  runtime: Runtime;
  log: Log;
  limits: WaitLimits;
}>;

/**
 * The server answers a statement that takes too long by itself; one that is gone says nothing for longer, and so does one that
 * is so slow with several statements of one query that each stays just within its time.
 */
const SILENCE_MS = 2_000;

/** The settings with which every connection of the journal is opened. */
export function connectionConfig(config: pg.ClientConfig, limits: WaitLimits, name: string): pg.ClientConfig {
  return {
    ...config,
    application_name: name,
    keepAlive: true,
    connectionTimeoutMillis: limits.statementMaxMs,
    lock_timeout: limits.lockWaitMaxMs,
    statement_timeout: limits.statementMaxMs,
    // A process that is stopped or cut off while it holds the append lock must not stop all others.
    idle_in_transaction_session_timeout: limits.statementMaxMs,
  };
}

/** A connection that can be cut at once. */
export class PostgresConnection {
  private readonly socket = new Socket();
  private readonly client: pg.Client;
  private lost: Error | null = null;
  /** What is being waited for, oldest first; and the timer that ends the wait for the oldest. */
  private readonly waits = new Set<Readonly<{ waitingFor: string }>>();
  private patience: Timer | null = null;
  /** Resolves when the connection has ended, for whatever reason. */
  readonly ended: Promise<void>;

  private constructor(
    private readonly parts: ConnectionParts,
    name: string,
    pipeline: boolean,
  ) {
    const config = connectionConfig(parts.config, parts.limits, name);
    this.client = new pg.Client({ ...config, pipeline, stream: () => this.socket });
    this.ended = new Promise((resolve) => this.client.once('end', resolve));
    this.client.on('error', (error) => {
      this.lost ??= error;
    });
  }

  /** With a pipeline, statements leave without waiting for the answers to those before them. */
  static async open(parts: ConnectionParts, name: string, pipeline = false): Promise<PostgresConnection> {
    const connection = new PostgresConnection(parts, name, pipeline);
    try {
      await connection.within('a connection', () => connection.client.connect());
    } catch (error) {
      connection.cut();
      throw error;
    }
    return connection;
  }

  /** False once the connection is known to be of no more use. */
  isUsable(): boolean {
    return this.lost === null && !this.socket.destroyed;
  }

  /**
   * Runs something on the connection. Rejects, and cuts the connection, when the server stays silent: since this was sent,
   * or since it answered what was sent before.
   */
  async within<T>(waitingFor: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
    const wait = { waitingFor };
    this.waits.add(wait);
    if (this.waits.size === 1) this.awaitAnswer();
    try {
      return await run(this.client);
    } catch (error) {
      throw timeoutNamed(error, waitingFor, this.parts.limits);
    } finally {
      this.waits.delete(wait);
      this.awaitAnswer();
    }
  }

  private awaitAnswer(): void {
    const { runtime, limits } = this.parts;
    this.patience?.cancel();
    const [oldest] = this.waits;
    if (oldest === undefined) return;
    const maxMs = limits.statementMaxMs + SILENCE_MS;
    this.patience = runtime.startTimer(maxMs, () => {
      const silence = new Error(`waited ${maxMs} ms for ${oldest.waitingFor} and heard nothing from PostgreSQL`);
      this.lost ??= silence;
      this.socket.destroy(silence);
    });
  }

  onNotification(listen: (payload: string) => void): void {
    this.client.on('notification', ({ payload }) => listen(payload ?? ''));
  }

  /** Says goodbye, so that the server does not log a lost client. */
  async end(): Promise<void> {
    if (!this.isUsable()) return this.cut();
    try {
      await this.within('the end of a connection', (client) => client.end());
    } catch (error) {
      this.parts.log.debug({ error: String(error) }, 'a connection of the journal did not end in order');
      this.cut();
    }
  }

  cut(): void {
    this.lost ??= new Error('the connection was cut');
    this.socket.destroy();
  }
}

/** PostgreSQL's own time-outs do not say what was waited for. */
function timeoutNamed(error: unknown, waitingFor: string, limits: WaitLimits): unknown {
  const state = sqlState(error);
  const maxMs = { '55P03': limits.lockWaitMaxMs, '57014': limits.statementMaxMs }[state ?? ''];
  return maxMs === undefined ? error : new Error(`waited ${maxMs} ms for ${waitingFor}`, { cause: error });
}

/** PostgreSQL's five-character error code; null for an error that the server did not send. */
export function sqlState(error: unknown): string | null {
  return error instanceof pg.DatabaseError && error.code !== undefined ? error.code : null;
}

/** Whether a live server has answered that it will not, for whatever reason: then it has undone everything. */
export function isTheServersNo(error: unknown): boolean {
  const answer = sqlState(error) === null && error instanceof Error ? error.cause : error;
  return sqlState(answer) !== null && !isAboutConnection(answer);
}

/** Whether the server refused what a row holds (data exceptions, limits, checks), so that a repetition is pointless. */
export function isAboutData(error: unknown): boolean {
  return /^(22|54)|^(23502|23514)$/.test(sqlState(error) ?? '');
}

/** Whether the same append may succeed a moment later: no missing table and no missing right, but most of the rest. */
export function isPassing(error: unknown): boolean {
  const state = sqlState(error);
  return state === null || /^(08|25P|40|53|55|57)|^23505$/.test(state);
}

/**
 * Whether the server has no room for anything, or takes no writes (PostgreSQL manual, appendix A: 53100 disk full, 53200 out of
 * memory, 53400 configuration limit, 25006 read-only transaction, 58 system errors). That passes when a person sees to it,
 * not by waiting.
 */
export function isAboutRoom(error: unknown): boolean {
  return /^(53100|53200|53400|25006|58)/.test(sqlState(error) ?? '');
}

/** Whether the server is gone, going, coming or full, so that a new connection may do. */
export function isAboutConnection(error: unknown): boolean {
  const state = sqlState(error);
  return state === null || /^(08|57P|53300)/.test(state);
}
