// What the house does about sales by itself: it lists the lots of a published sale, opens the sale, moves lots behind one that closes
// later, closes a timed sale behind its last lot, and cancels the lots of a cancelled one (docs/adr/0095).
import type { ListLot } from '../domain/auction/auction.commands.js';
import type { AuctionId, SaleId } from '../domain/ids.js';
import type { Command } from '../domain/messages.js';
import { type Instant, later } from '../domain/time.js';
import { houseCommandId } from '../runtime/name-uuid.js';
import { type ErrandParts, Errands } from './errands.js';

/** `at` is the sale's opening, or the lot's close that moves to `movedTo`. */
export type SaleWork = Readonly<
  { saleId: SaleId; at: Instant } & (
    | { kind: 'open' | 'close' }
    | { kind: 'list' | 'cancel'; lotId: AuctionId }
    | { kind: 'move'; lotId: AuctionId; movedTo: Instant }
  )
>;

/** What the keeper asks the closings read model. */
export interface SalesToKeep {
  /** What is to be done at `before`; lots are moved that close before `movesBefore`. At most `limit` of each kind. */
  saleWork(before: Instant, movesBefore: Instant, limit: number): Promise<readonly SaleWork[]>;
}

/** What the keeper asks the sales' own streams: lots have secrets, which no read model holds. */
export interface LotListings {
  /** How the house lists a lot of this published sale. */
  listingOf(saleId: SaleId, lotId: AuctionId): Promise<ListLot>;
}

/**
 * A lot is moved only when its close is this near: in a large sale each late bid would else move hundreds of lots. A lot that is moved
 * late is moved by all of it at once.
 */
const MOVES_AHEAD_MS = 10 * 60_000;

/** The keeper; at most `batchMax` commands of each kind are sent at once. */
export function saleKeeperOf(
  sales: SalesToKeep,
  listings: LotListings,
  parts: ErrandParts,
  batchMax: number,
): Errands<SaleWork> {
  return new Errands<SaleWork>(
    {
      name: 'the keeping of a sale',
      due: () => {
        const now = parts.runtime.now();
        return sales.saleWork(now, later(now, MOVES_AHEAD_MS), batchMax);
      },
      subject: subjectOf,
      command: async (work) => ({
        command: await commandFor(work, listings),
        commandId: houseCommandId(`sale ${work.kind}`, subjectOf(work), work.at),
      }),
    },
    parts,
  );
}

function subjectOf(work: SaleWork): string {
  switch (work.kind) {
    case 'open':
    case 'close':
      return `${work.kind} ${work.saleId}`;
    case 'list':
    case 'cancel':
      return `${work.kind} ${work.lotId}`;
    case 'move':
      return `${work.kind} ${work.lotId} ${work.at} ${work.movedTo}`;
  }
}

async function commandFor(work: SaleWork, listings: LotListings): Promise<Command> {
  switch (work.kind) {
    case 'open':
      return { type: 'OpenSale', saleId: work.saleId };
    case 'close':
      return { type: 'CloseSale', saleId: work.saleId };
    case 'list':
      return listings.listingOf(work.saleId, work.lotId);
    case 'cancel':
      return { type: 'CancelAuction', auctionId: work.lotId, reason: 'the sale was cancelled' };
    case 'move':
      return { type: 'MoveLotClosing', auctionId: work.lotId, closesAt: work.at, movedTo: work.movedTo };
  }
}
