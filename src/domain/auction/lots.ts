// The lots of a sale as auctions: the house lists them as the sale has recorded them, and moves their close when a lot in front of
// them closes later (docs/adr/0095).
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { isRelistingId } from '../ids.js';
import { isHouse } from '../permissions.js';
import type { ListLot, MoveLotClosing } from './auction.commands.js';
import type { AuctionEvent } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { LiveAuction } from './auction.state.js';

type Judged = Decision<AuctionEvent, AuctionRejection>;

/** Nothing is judged a second time: the sale held the lot to the rules of any listing when it took it. */
export function listLot(command: ListLot, { at, actor }: Facts): Judged {
  if (!isHouse(actor) || !isRelistingId(command.auctionId)) return reject({ reason: 'NotAllowed' });
  const { sellerId, item, terms, opensAt, closesAt, lot } = command;
  const about = { sellerId, item, terms, opensAt, closesAt, listedAt: at };
  return accept<AuctionEvent>({ type: 'AuctionListed', ...about, relistOf: null, relistings: 0, lot });
}

/** Moves the close of a lot behind another. Refused as `NotDue` if the close is not, or no longer, the one that is to be moved. */
export function moveLotClosing(command: MoveLotClosing, auction: LiveAuction, { at, actor }: Facts): Judged {
  const { listing, closesAt } = auction;
  if (!isHouse(actor) || listing.lot === null) return reject({ reason: 'NotAllowed' });
  if (command.closesAt !== closesAt || command.movedTo <= closesAt) return reject({ reason: 'NotDue', closesAt });
  return accept<AuctionEvent>({
    type: 'ClosingExtended',
    cause: 'Sale',
    previousClosesAt: closesAt,
    closesAt: command.movedTo,
    extensions: auction.status === 'open' ? auction.extensions : 0,
    bidNumber: null,
    extendedAt: at,
  });
}
