// A listing as the engine takes it: what the seller left out is filled in, so that the event holds everything. All of it is
// a function of the request and its command id, so that a repeat asks for exactly the same.
import { hash } from 'node:crypto';
import type { ListAuction } from '../../domain/auction/auction.commands.js';
import { DEFAULT_FEES, incrementsFor } from '../../domain/auction/house-defaults.js';
import type { SoftClose } from '../../domain/auction/terms.js';
import { type AuctionId, auctionId, type CommandId, commandIdTime, type UserId } from '../../domain/ids.js';
import { instant, later } from '../../domain/time.js';
import type { ListAuctionBody } from '../schemas/commands.schema.js';

/** The command that a listing's body comes to. `softClose` is the house's own, for listings that name none. */
export function listingOf(
  body: ListAuctionBody,
  commandId: CommandId,
  sellerId: UserId,
  softClose: SoftClose | null,
): ListAuction {
  const { item, opensAt, terms } = body;
  return {
    type: 'ListAuction',
    auctionId: body.auctionId ?? auctionIdFor(commandId, sellerId),
    sellerId,
    item,
    terms: {
      ...terms,
      increments: terms.increments ?? incrementsFor(terms.currency),
      softClose: terms.softClose === undefined ? softClose : terms.softClose,
      fees: DEFAULT_FEES,
    },
    opensAt,
    closesAt: body.closesAt ?? later(opensAt ?? instant(commandIdTime(commandId)), body.durationMs ?? 0),
  };
}

/** The id of an auction whose seller named none: the command's time, so that ids stay in order, then a digest of who and what. */
export function auctionIdFor(commandId: CommandId, sellerId: UserId): AuctionId {
  const digest = hash('sha256', `auction ${sellerId} ${commandId}`, 'hex');
  const variant = '89ab'.charAt(Number.parseInt(digest.charAt(3), 16) & 3);
  const [high, low] = commandId.split('-');
  return auctionId(`${high}-${low}-7${digest.slice(0, 3)}-${variant}${digest.slice(4, 7)}-${digest.slice(7, 19)}`);
}
