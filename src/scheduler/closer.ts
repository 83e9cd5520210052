// Brings the hammer down: asks the closings read model what is due and sends the house's own commands through the same
// bus as everybody's. An auction whose close fell into an outage is moved instead, within the house's policy.
import type { CommandBus, Outcome } from '../bus/command-bus.js';
import { type AuctionId, type CommandId, commandId } from '../domain/ids.js';
import type { Command } from '../domain/messages.js';
import { type Instant, instant } from '../domain/time.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';

export type DueAuction = Readonly<{ auctionId: AuctionId; closesAt: Instant }>;

/** What the closer asks the closings read model. */
export interface Closings {
  /** Open auctions whose close is at or before `before`, the earliest first. */
  due(before: Instant, limit: number): Promise<readonly DueAuction[]>;
}

export type CloserSettings = Readonly<{
  /** How often the read model is asked. */
  pollMs: number;
  /** Closes sent at once. */
  batchMax: number;
  /** A close missed by less than this is no outage: it is what a restart between two polls looks like. */
  outageMinMs: number;
  /** After a longer outage than this the auctions close as they stand. */
  outageMaxMs: number;
  /** Bidding goes on for this long after the recovery. */
  outageWindowMs: number;
}>;

export type CloserParts = Readonly<{
  closings: Closings;
  bus: CommandBus;
  runtime: Runtime;
  log: Log;
  settings: CloserSettings;
}>;

export class Closer {
  private readonly stop = new AbortController();
  private readonly recoveredAt: Instant;
  private loop: Promise<void> | null = null;
  /** Answered already; the read model lags behind the journal and may still name them. */
  private settled = new Map<AuctionId, Instant>();

  constructor(private readonly parts: CloserParts) {
    this.recoveredAt = parts.runtime.now();
  }

  start(): void {
    this.loop ??= this.run();
  }

  async drain(): Promise<void> {
    this.stop.abort();
    await this.loop;
  }

  /** Closes all that is due now. Returns how many closes were sent. */
  async closeDue(): Promise<number> {
    const { closings, runtime, settings } = this.parts;
    const due = await closings.due(runtime.now(), settings.batchMax);
    const fresh = due.filter(({ auctionId, closesAt }) => this.settled.get(auctionId) !== closesAt);
    const named = new Set(due.map(({ auctionId }) => auctionId));
    for (const auctionId of this.settled.keys()) if (!named.has(auctionId)) this.settled.delete(auctionId);
    await Promise.all(fresh.map((auction) => this.close(auction)));
    return fresh.length;
  }

  private async run(): Promise<void> {
    const { log, runtime, settings } = this.parts;
    while (!this.stop.signal.aborted) {
      try {
        await this.closeDue();
      } catch (error) {
        log.error(
          { error: error instanceof Error ? error.message : String(error) },
          'due auctions could not be closed; trying again',
        );
      }
      await runtime.sleep(settings.pollMs, this.stop.signal);
    }
  }

  private async close(auction: DueAuction): Promise<void> {
    const { auctionId, closesAt } = auction;
    const outcome = await this.parts.bus.submit({
      command: this.commandFor(auction),
      commandId: closeCommandId(auctionId, closesAt),
      actor: { kind: 'house' },
      correlationId: null,
    });
    if (isFinal(outcome)) this.settled.set(auctionId, closesAt);
    else this.parts.log.warn({ auctionId, status: outcome.status }, 'a close was not taken; trying again');
  }

  private commandFor({ auctionId, closesAt }: DueAuction): Command {
    const { outageMinMs, outageMaxMs, outageWindowMs: windowMs } = this.parts.settings;
    const missedByMs = this.recoveredAt - closesAt;
    if (missedByMs < outageMinMs || missedByMs > outageMaxMs) return { type: 'CloseAuction', auctionId, closesAt };
    return { type: 'DeferClosing', auctionId, closesAt, recoveredAt: this.recoveredAt, windowMs };
  }
}

/**
 * The id of the command that ends this auction's bidding at `closesAt`, the same on every node and after every restart:
 * a UUID version 7 of the closing time and the auction's own last digits.
 */
export function closeCommandId(auctionId: AuctionId, closesAt: Instant): CommandId {
  const time = instant(closesAt).toString(16).padStart(12, '0');
  return commandId(`${time.slice(0, 8)}-${time.slice(8)}-7${auctionId.slice(15)}`);
}

const isFinal = ({ status }: Outcome): boolean =>
  status === 'accepted' || status === 'rejected' || status === 'refused';
