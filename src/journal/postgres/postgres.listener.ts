// Wakes readers up: at once for this process's own appends, by NOTIFY for others', and by asking every now and then,
// because a notification is a hint that may be lost (FIELD-NOTES 1).
import type { Log } from '../../runtime/log.js';
import type { Subscription } from '../journal.js';
import { messageOf } from '../journal-fault.js';
import { type ConnectionParts, PostgresConnection } from './postgres.connection.js';
import { LISTEN } from './postgres.sql.js';

export type ListenerParts = ConnectionParts &
  Readonly<{
    pollMs: number;
    /** The journal's last position, 0 when it is empty. */
    head: () => Promise<bigint>;
  }>;

const RETRY_MS = 500;

export class PostgresListener {
  private readonly wakes = new Set<() => void>();
  private readonly stopping = new AbortController();
  private connection: PostgresConnection | null = null;
  private running: Promise<unknown> | null = null;
  private known: bigint | null = null;

  constructor(private readonly parts: ListenerParts) {}

  /** The newest position that anybody has told of. There may be newer ones. */
  newest(): bigint {
    return this.known ?? 0n;
  }

  subscribe(wake: () => void): Subscription {
    this.wakes.add(wake);
    if (!this.stopping.signal.aborted) this.running ??= Promise.all([this.listen(), this.poll()]);
    return {
      close: async () => {
        this.wakes.delete(wake);
      },
    };
  }

  /** The journal reaches up to here now. Wakes the readers if that is news. */
  heardOf(position: bigint): void {
    if (this.known !== null && position <= this.known) return;
    this.known = position;
    this.wakeAll();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    this.wakes.clear();
    await this.connection?.end();
    await this.running;
  }

  /** Wakes the readers, news or not. */
  wakeAll(): void {
    for (const wake of this.wakes) callSafely(wake, this.parts.log);
  }

  private async listen(): Promise<void> {
    const { log, runtime } = this.parts;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.listenOnce();
        if (!signal.aborted) log.warn({}, 'the journal’s listener lost its connection; polling goes on meanwhile');
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'the journal’s listener could not connect; polling goes on meanwhile');
      }
      await runtime.sleep(RETRY_MS, signal);
    }
  }

  /** Resolves when the connection is lost. */
  private async listenOnce(): Promise<void> {
    const connection = await PostgresConnection.open(this.parts, 'gavel journal listener');
    this.connection = connection;
    try {
      connection.onNotification((payload) => this.heardOf(BigInt(payload)));
      await connection.within('the journal’s notifications', (client) => client.query(LISTEN));
      // Whatever was appended while nobody listened.
      this.heardOf(await this.parts.head());
      if (!this.stopping.signal.aborted) await connection.ended;
    } finally {
      this.connection = null;
      await connection.end();
    }
  }

  private async poll(): Promise<void> {
    const { head, log, pollMs, runtime } = this.parts;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await runtime.sleep(pollMs, signal);
      if (signal.aborted || this.wakes.size === 0) continue;
      try {
        this.heardOf(await head());
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'the journal could not be asked for its last position');
      }
    }
  }
}

/** A reader that throws must not keep the others asleep. */
function callSafely(wake: () => void, log: Log): void {
  try {
    wake();
  } catch (error) {
    log.error({ error: messageOf(error) }, 'a reader failed when it was woken');
  }
}
