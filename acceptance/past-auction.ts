// An auction that was held elsewhere, as it is put through this house again.

import type { EnglishTerms } from '../src/domain/auction/terms.js';
import { type AuctionId, auctionId, type UserId, userId } from '../src/domain/ids.js';
import type { Minor } from '../src/domain/money.js';
import { type Instant, laterOf } from '../src/domain/time.js';
import { auctionUuid, nameUuid } from '../src/runtime/name-uuid.js';

export type PastBid = Readonly<{ bidderId: UserId; amount: Minor; at: Instant }>;

/** `bids` in the order of the file, none earlier than the one before it. Times are those of the replay. */
export type PastAuction = Readonly<{
  auctionId: AuctionId;
  title: string;
  /** The consignor, unless the recording tells. */
  sellerId?: UserId;
  /** One for all, unless the recording tells. */
  category?: string;
  terms: EnglishTerms;
  /** Whether later auctions' bids are to come after this one's close. */
  closesInTurn?: boolean;
  listedAt: Instant;
  closesAt: Instant;
  bids: readonly PastBid[];
}>;

/** What auctions of the past name no more: they are all sold by one consignor. */
export const CONSIGNOR: UserId = userId(nameUuid('acceptance user', 'consignor'));

/** The auction of this name in the files, the same one in every run. `pass` tells several replays of it apart. */
export const pastAuctionId = (pass: string, name: string): AuctionId =>
  auctionId(auctionUuid(`acceptance auction ${pass}`, name));

/** The bidder of this name in the files; a recorded name is never the consignor's. */
export const pastBidderId = (name: string): UserId => userId(nameUuid('acceptance bidder', name));

/** The seller of this name in the files. */
export const pastSellerId = (name: string): UserId => userId(nameUuid('acceptance seller', name));

/**
 * The bids with times that never run backwards: one recorded before its predecessor in the file is taken at the
 * predecessor's time. `moved` says how many were.
 */
export function inFileOrder(bids: readonly PastBid[]): Readonly<{ bids: readonly PastBid[]; moved: number }> {
  let [latest, moved] = [bids[0]?.at, 0];
  const ordered = bids.map((bid) => {
    if (latest !== undefined && bid.at < latest) moved += 1;
    latest = latest === undefined ? bid.at : laterOf(latest, bid.at);
    return { ...bid, at: latest };
  });
  return { bids: ordered, moved };
}
