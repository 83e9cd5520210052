// Brings the hammer down: asks the closings read model what is due and sends the house's own commands through the same
// bus as everybody's. An auction whose close fell into an outage is moved instead, within the house's policy.
import type { AuctionId } from '../domain/ids.js';
import type { Command } from '../domain/messages.js';
import type { Instant } from '../domain/time.js';
import { houseCommandId } from '../runtime/name-uuid.js';
import { type ErrandParts, Errands } from './errands.js';

/** `behindMs`: how far a lot closes behind the first one of its sale that is due too. */
export type DueAuction = Readonly<{ auctionId: AuctionId; closesAt: Instant; behindMs: number }>;

/** The rules move no close by more than a day. */
const WINDOW_MAX_MS = 86_400_000;

/** What the closer asks the closings read model. */
export interface Closings {
  /** Open auctions whose close is at or before `before`, the earliest first. Of a sale that moves lots behind, the first open lot. */
  due(before: Instant, limit: number): Promise<readonly DueAuction[]>;
}

export type CloserSettings = Readonly<{
  /** How often the read model is asked. */
  pollMs: number;
  /** Closes sent at once. */
  batchMax: number;
  /** A close missed by less than this is no outage: it is what a restart between two polls looks like. */
  outageMinMs: number;
  /** After a longer outage than this the auctions close without more bidding. */
  outageMaxMs: number;
  /** Bidding goes on for this long after the recovery. */
  outageWindowMs: number;
}>;

/** The closer; what was missed is told from the moment at which it is made. */
export function closerOf(
  closings: Closings,
  parts: ErrandParts,
  settings: Omit<CloserSettings, 'pollMs'>,
): Errands<DueAuction> {
  const recoveredAt = parts.runtime.now();
  return new Errands<DueAuction>(
    {
      name: 'a close',
      due: () => closings.due(parts.runtime.now(), settings.batchMax),
      // A close that has moved is another one.
      subject: ({ auctionId, closesAt }) => `${auctionId} ${closesAt}`,
      command: (auction) => ({
        command: commandFor(auction, recoveredAt, settings),
        commandId: houseCommandId('close', auction.auctionId, auction.closesAt),
      }),
    },
    parts,
  );
}

function commandFor(
  { auctionId, closesAt, behindMs }: DueAuction,
  recoveredAt: Instant,
  { outageMinMs, outageMaxMs, outageWindowMs: windowMs }: Omit<CloserSettings, 'pollMs'>,
): Command {
  const missedByMs = recoveredAt - closesAt;
  if (missedByMs < outageMinMs || missedByMs > outageMaxMs) return { type: 'CloseAuction', auctionId, closesAt };
  return {
    type: 'DeferClosing',
    auctionId,
    closesAt,
    recoveredAt,
    windowMs: Math.min(windowMs + behindMs, WINDOW_MAX_MS),
  };
}
