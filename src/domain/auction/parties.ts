// Whose tax positions a command needs: the buyer's and the seller's of the sale that it may make.
import type { UserId } from '../ids.js';
import type { AuctionCommand } from './auction.commands.js';
import { type Auction, isLive } from './auction.state.js';
import { buyerAtClose } from './closing.js';

export type Parties = Readonly<{ buyerId: UserId; sellerId: UserId }>;

/** The parties of the sale that the command would make of this auction; null where it makes none. */
export function partiesOf(command: AuctionCommand, auction: Auction): Parties | null {
  const buyerId = buyerOf(command, auction);
  return buyerId === null || auction.status === 'unlisted' ? null : { buyerId, sellerId: auction.listing.sellerId };
}

function buyerOf(command: AuctionCommand, auction: Auction): UserId | null {
  switch (command.type) {
    case 'BuyNow':
    case 'AcceptSecondChance':
      return command.bidderId;
    case 'CloseAuction':
    case 'Hammer':
      return isLive(auction) ? buyerAtClose(auction) : null;
    default:
      return null;
  }
}
