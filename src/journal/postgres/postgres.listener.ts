// Hears by NOTIFY what other processes append, and keeps the newest position that is known of. A notification is a hint
// that may be lost, so the journal's last position is asked for as well (wakes.ts).
import type { Subscription } from '../journal.js';
import { Wakes } from '../wakes.js';
import { type ConnectionParts, PostgresConnection } from './postgres.connection.js';
import { LISTEN } from './postgres.sql.js';

export type ListenerParts = ConnectionParts &
  Readonly<{
    pollMs: number;
    /** The journal's last position, 0 when it is empty. */
    head: () => Promise<bigint>;
  }>;

export class PostgresListener {
  private readonly wakes: Wakes;
  private known: bigint | null = null;

  constructor(private readonly parts: ListenerParts) {
    const { runtime, log, pollMs, head } = parts;
    this.wakes = new Wakes({
      runtime,
      log,
      pollMs,
      listen: (signal, listening) => this.listen(signal, listening),
      ask: async () => this.heardOf(await head()),
    });
  }

  /** The newest position that this process has heard of. There may be newer ones. */
  newest(): bigint {
    return this.known ?? 0n;
  }

  subscribe(wake: () => void): Subscription {
    return this.wakes.subscribe(wake);
  }

  /** The journal reaches up to here now. Wakes the readers if that is news. */
  heardOf(position: bigint): void {
    if (this.known !== null && position <= this.known) return;
    this.known = position;
    this.wakes.wakeAll();
  }

  /** Wakes the readers, news or not. */
  wakeAll(): void {
    this.wakes.wakeAll();
  }

  close(): Promise<void> {
    return this.wakes.close();
  }

  private async listen(signal: AbortSignal, listening: () => void): Promise<void> {
    const connection = await PostgresConnection.open(this.parts, 'gavel journal listener');
    const end = (): void => void connection.end();
    signal.addEventListener('abort', end, { once: true });
    try {
      connection.onNotification((payload) => this.heardOf(BigInt(payload)));
      await connection.within('the journal’s notifications', (client) => client.query(LISTEN));
      // For what was appended while nobody listened.
      this.heardOf(await this.parts.head());
      listening();
      if (signal.aborted) return;
      await connection.ended;
      if (!signal.aborted) throw new Error('the connection was lost');
    } finally {
      signal.removeEventListener('abort', end);
      await connection.end();
    }
  }
}
