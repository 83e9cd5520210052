// What Silver should hold of bids that were taken out of the contest, and of what was asked about it.
import type { AuctionEvent } from '../../src/domain/auction/auction.events.js';
import { type EndedAuction, type LiveAuction, standingOf } from '../../src/domain/auction/auction.js';
import { type ExpectedRows, row } from './expected-rows.js';

type After = Readonly<{
  auctionId: string;
  revision: number;
  event: AuctionEvent;
  auction: LiveAuction | EndedAuction;
}>;

/** Adds the rows that an event comes to, `auction` being the one after it. */
export function addTakenOutRows(rows: ExpectedRows, { auctionId, revision, event, auction }: After): void {
  const price = event.type.startsWith('Sealed') ? null : standingOf(auction).currentPrice;
  switch (event.type) {
    case 'BidRetracted':
    case 'SealedBidRetracted': {
      const { bidNumber, reason, grantedBy } = event;
      const at = new Date(event.retractedAt);
      rows.add('retractions', row(auctionId, bidNumber, revision, at, reason, grantedBy, price));
      if (grantedBy !== null) rows.add('request_answers', row(auctionId, bidNumber, 'granted', at, grantedBy, null));
      return;
    }
    case 'CallUndone': {
      const { bidNumber, undoneBy, undoneAt } = event;
      rows.add('retractions', row(auctionId, bidNumber, revision, new Date(undoneAt), 'TypingError', undoneBy, price));
      return;
    }
    case 'BidVoided':
    case 'SealedBidVoided': {
      const { bidNumber, reason, voidedBy, voidedAt } = event;
      rows.add('voidings', row(auctionId, bidNumber, revision, new Date(voidedAt), reason, voidedBy, price));
      return;
    }
    case 'RetractionRequested': {
      const { bidNumber, bidderId, reason, requestedAt } = event;
      rows.add('requests', row(auctionId, bidNumber, bidderId, reason, new Date(requestedAt)));
      return;
    }
    case 'RetractionRefused': {
      const { bidNumber, reason, refusedBy, refusedAt } = event;
      rows.add('request_answers', row(auctionId, bidNumber, 'refused', new Date(refusedAt), refusedBy, reason));
      return;
    }
    default:
      return;
  }
}
