// What the house asks of auctions by itself when its time has come: a read model tells what is due, a command goes through
// the same bus as everybody's. The read model lags behind the journal and may name a thing again that has been answered;
// each command's id is made of what it is about, so that asking again, on any node and after any restart, changes nothing.
import type { CommandBus, Outcome } from '../bus/command-bus.js';
import type { CommandId } from '../domain/ids.js';
import type { Command } from '../domain/messages.js';
import type { Log } from '../runtime/log.js';
import { Loop } from '../runtime/loop.js';
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

const BACK_OFF = { minMs: 100, maxMs: 2_000 };

export class Errands<Due> {
  private readonly loop: Loop;
  private readonly settled = new Set<string>();

  constructor(
    private readonly errand: Errand<Due>,
    private readonly parts: ErrandParts,
  ) {
    const { runtime, log, pollMs: pauseMs } = parts;
    const round = async (): Promise<void> => {
      await this.runDue();
    };
    this.loop = new Loop({ name: errand.name, runtime, log, backOff: BACK_OFF, pauseMs, round });
  }

  start(): void {
    this.loop.start();
  }

  drain(): Promise<void> {
    return this.loop.stop();
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
