// The opening of an auction that was listed for later. Bids are judged by `opensAt`; this gives the moment a place in the
// stream, so that watchers have something to see and a version to see it by (docs/adr/0036).
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { isHouse } from '../permissions.js';
import type { AnnounceOpening } from './auction.commands.js';
import type { AuctionEvent } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { LiveAuction } from './auction.state.js';

/** Announces an opening, once, and not before it has come. */
export function announceOpening(
  _: AnnounceOpening,
  { listing }: LiveAuction,
  { at, actor }: Facts,
): Decision<AuctionEvent, AuctionRejection> {
  if (!isHouse(actor)) return reject({ reason: 'NotAllowed' });
  if (listing.isOpeningKnown) return reject({ reason: 'AuctionAlreadyOpened' });
  if (at < listing.opensAt) return reject({ reason: 'AuctionNotYetOpen', opensAt: listing.opensAt });
  return accept<AuctionEvent>({ type: 'AuctionOpened', opensAt: listing.opensAt, openedAt: at });
}
