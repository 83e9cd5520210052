// Wakes readers up: at once for this process's own appends, by NOTIFY for others', and every now and then in any case,
// because a notification is a hint that may be lost (FIELD-NOTES 1).
import pg from 'pg';
import type { Log } from '../runtime/log.js';
import type { Runtime, Timer } from '../runtime/runtime.js';
import type { Subscription } from './journal.js';
import { LISTEN } from './postgres.sql.js';

export class PostgresListener {
  private readonly listeners = new Set<() => void>();
  private client: pg.Client | null = null;
  private connecting: Promise<void> | null = null;
  private timer: Timer | null = null;
  private closed = false;

  constructor(
    private readonly parts: Readonly<{ config: pg.ClientConfig; runtime: Runtime; log: Log; pollMs: number }>,
  ) {}

  subscribe(wake: () => void): Subscription {
    this.listeners.add(wake);
    this.poll();
    return {
      close: async () => {
        this.listeners.delete(wake);
      },
    };
  }

  /** Calls every reader; one that throws is its own affair. */
  wakeAll(): void {
    for (const wake of this.listeners) wake();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.listeners.clear();
    this.timer?.cancel();
    await this.connecting;
    await this.client?.end();
    this.client = null;
  }

  private poll(): void {
    if (this.closed) return;
    this.connecting ??= this.listen().finally(() => {
      this.connecting = null;
    });
    this.timer ??= this.parts.runtime.startTimer(this.parts.pollMs, () => {
      this.timer = null;
      this.wakeAll();
      if (this.listeners.size > 0) this.poll();
    });
  }

  private async listen(): Promise<void> {
    if (this.client !== null) return;
    const client = new pg.Client({ ...this.parts.config, application_name: 'gavel journal listener' });
    const lost = (error?: Error): void => {
      if (this.client === client) this.client = null;
      if (!this.closed)
        this.parts.log.warn({ error: error?.message }, 'the journal’s listener lost its connection; polling goes on');
    };
    client.on('error', lost);
    client.on('end', () => lost());
    client.on('notification', () => this.wakeAll());
    try {
      await client.connect();
      await client.query(LISTEN);
      this.client = client;
    } catch (error) {
      // The next poll tries again, and wakes the readers meanwhile.
      this.parts.log.debug({ error: String(error) }, 'the journal’s listener could not connect');
      await client.end().catch(() => undefined);
    }
  }
}
