// What the house asks of auctions by itself when its time has come: a read model tells what is due, a command goes through
// the same bus as everybody's. The read model lags behind the journal and may name a thing again that has been answered;
// each command's id is made of what it is about, so that asking again, on any node and after any restart, changes nothing.
import type { CommandBus, Outcome } from '../bus/command-bus.js';
import type { CommandId } from '../domain/ids.js';
import type { Command } from '../domain/messages.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';

/** A command of the house's own, ready to be sent. */
export type HouseCommand = Readonly<{ command: Command; commandId: CommandId }>;

/** One kind of errand. `subject` tells things apart; what was answered is not sent again while it is still named. */
export type Errand<Due> = Readonly<{
  /** For the log, as `an opening`. */
  name: string;
  due(): Promise<readonly Due[]>;
  subject(due: Due): string;
  command(due: Due): HouseCommand | Promise<HouseCommand>;
}>;

export type ErrandParts = Readonly<{ bus: CommandBus; runtime: Runtime; log: Log; pollMs: number }>;

export class Errands<Due> {
  private readonly stop = new AbortController();
  private loop: Promise<void> | null = null;
  private readonly settled = new Set<string>();

  constructor(
    private readonly errand: Errand<Due>,
    private readonly parts: ErrandParts,
  ) {}

  start(): void {
    this.loop ??= this.run();
  }

  async drain(): Promise<void> {
    this.stop.abort();
    await this.loop;
  }

  /** Sends all that is due now. Returns how many commands were sent. */
  async runDue(): Promise<number> {
    const due = await this.errand.due();
    const named = new Set(due.map((one) => this.errand.subject(one)));
    for (const subject of this.settled) if (!named.has(subject)) this.settled.delete(subject);
    const fresh = due.filter((one) => !this.settled.has(this.errand.subject(one)));
    await Promise.all(fresh.map((one) => this.send(one)));
    return fresh.length;
  }

  private async run(): Promise<void> {
    const { log, pollMs, runtime } = this.parts;
    while (!this.stop.signal.aborted) {
      try {
        await this.runDue();
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        log.error({ error: reason, errand: this.errand.name }, 'what is due could not be sent; trying again');
      }
      await runtime.sleep(pollMs, this.stop.signal);
    }
  }

  private async send(due: Due): Promise<void> {
    const subject = this.errand.subject(due);
    const { command, commandId } = await this.errand.command(due);
    const actor = { kind: 'house' } as const;
    const outcome = await this.parts.bus.submit({ command, commandId, actor, correlationId: null });
    if (isFinal(outcome)) this.settled.add(subject);
    else this.parts.log.warn({ subject, errand: this.errand.name, status: outcome.status }, 'not taken; trying again');
  }
}

const isFinal = ({ status }: Outcome): boolean =>
  status === 'accepted' || status === 'rejected' || status === 'refused';
