// The public fact of a listed auction, for tests of watchers.
import { userId } from '../../src/domain/ids.js';
import { instant } from '../../src/domain/time.js';
import type { PublicEvent } from '../../src/feed/facts/public-facts.js';

export type ListedFact = Extract<PublicEvent, Readonly<{ type: 'AuctionListed' }>>;

/** An auction without bids that is open for decades, from 1970 on. */
export const listedFact: ListedFact = {
  type: 'AuctionListed',
  sellerId: userId('0190a000-0000-7000-8000-0000000000aa'),
  title: 'A clock',
  description: '',
  category: 'Clocks',
  photos: [],
  details: null,
  format: 'english',
  currency: 'USD',
  startingPrice: 100n,
  hasReserve: false,
  buyNowPrice: null,
  retraction: 'by-request',
  opensAt: instant(0),
  closesAt: instant(4_000_000_000_000),
  listedAt: instant(0),
  relistOf: null,
  lot: null,
  currentPrice: 100n,
  minimumNextBid: 100n,
  leaderId: null,
  leadingBid: null,
  bidCount: 0,
  reserveMet: true,
};
