// The closed list of reasons for which an auction refuses a command.
import type { AuctionId } from '../ids.js';
import type { Currency, Minor } from '../money.js';
import type { Instant } from '../time.js';
import type { AfterSaleRejection } from './after-sale.rejections.js';
import type { TalkRejection } from './talk.rejections.js';

export type AuctionRejection =
  | Readonly<{ reason: 'AuctionUnknown' }>
  | Readonly<{ reason: 'AuctionAlreadyListed' }>
  /** `field` is a path into the command, as `terms.softClose.windowMs`; `problem` says what would be right. */
  | Readonly<{ reason: 'InvalidTerms'; field: string; problem: string }>
  | Readonly<{ reason: 'AuctionNotYetOpen'; opensAt: Instant }>
  | Readonly<{ reason: 'AuctionNotOpen'; status: 'sold' | 'passed' | 'cancelled' | 'withdrawn' }>
  | Readonly<{ reason: 'BidAfterClose'; closesAt: Instant }>
  | Readonly<{ reason: 'SellerCannotBid' | 'BidderUnknown' | 'BidderSuspended' | 'SellerUnknown' | 'SellerSuspended' }>
  /** For a bid on a lot: asked for no paddle in the sale, or staff have not decided. `PaddleRefusedBefore` is the third. */
  | Readonly<{ reason: 'PaddleNeeded' | 'PaddleAwaited' | 'PaddleRefusedBefore' }>
  /** The limit is the bidder's own business, and is not repeated. */
  | Readonly<{ reason: 'BidAboveLimit' }>
  | Readonly<{ reason: 'CurrencyMismatch'; currency: Currency }>
  | Readonly<{ reason: 'BidBelowMinimum'; minimumNextBid: Minor }>
  /** No house takes amounts beyond `AMOUNT_MAX`. */
  | Readonly<{ reason: 'AmountTooLarge'; limit: Minor }>
  /** The leader's own maximum is never repeated in an answer: the bidder knows it. */
  | Readonly<{ reason: 'BidNotAboveOwnMaximum' }>
  | Readonly<{ reason: 'BuyNowNotOffered' | 'BuyNowOver' }>
  /** `BidAlreadyRetracted`: the bid counts no longer, because it was taken back or voided. */
  | Readonly<{ reason: 'BidUnknown' | 'BidOfAnother' | 'BidAlreadyRetracted' }>
  /** The auction's policy: staff decide on retractions, or there are none (docs/adr/0049). */
  | Readonly<{ reason: 'RetractionByRequest' | 'RetractionNotOffered' }>
  /** Without staff a bidder takes back one bid an auction. */
  | Readonly<{ reason: 'RetractedBefore' }>
  | Readonly<{ reason: 'RetractionAlreadyRequested' | 'RetractionNotRequested' }>
  /** Two people of the staff void a bid: one proposes it, another confirms it (docs/adr/0079). */
  | Readonly<{ reason: 'VoidingNotProposed' | 'VoidingAlreadyProposed' | 'VoidingNeedsAnother' }>
  | Readonly<{ reason: 'RetractionRequestedTooOften'; requestsMax: number }>
  /**
   * In the last twelve hours only a bid of the last hour may be taken back (eBay's rule). `retractableUntil` is the
   * last instant at which this bid could have been.
   */
  | Readonly<{ reason: 'RetractionTooLate'; retractableUntil: Instant }>
  | Readonly<{ reason: 'NotAllowed' }>
  | Readonly<{ reason: 'AuctionHasBids' }>
  /** `closesAt` is the instant at which the close, a payment or an offer falls due now. */
  | Readonly<{ reason: 'NotDue'; closesAt: Instant }>
  | Readonly<{ reason: 'AuctionAlreadyOpened' }>
  /** In a hall. `LotNotOpened`: no clerk has opened the lot. `LotAlreadyOpened`: so commissions come too late, or it is opened twice. */
  | Readonly<{ reason: 'NoLotOfAHall' | 'LotNotOpened' | 'LotAlreadyOpened' | 'PaddleUnknown' }>
  /** Nobody raises the own price in a hall. */
  | Readonly<{ reason: 'BidderLeads' }>
  /** The clerk names a bid that no longer leads, or none does. */
  | Readonly<{ reason: 'AnotherBidLeads' | 'NobodyLeads' }>
  /** Below the reserve nothing is sold; at or above it nothing passes. */
  | Readonly<{ reason: 'ReserveNotReached' | 'ReserveReached' }>
  /** A sealed bid of the same amount as the bidder's live one: it would only lose its place among equals. */
  | Readonly<{ reason: 'BidUnchanged' }>
  /** In a sealed auction: no live bid of this bidder has the number. It was replaced, taken back, voided, or is another's. */
  | Readonly<{ reason: 'BidNotLive' }>
  /** Only an item is relisted that was not sold, or whose sale was never paid in time, or refunded. */
  | Readonly<{ reason: 'AuctionNotPassed'; status: 'open' | 'sold' | 'cancelled' | 'withdrawn' }>
  | Readonly<{ reason: 'AuctionAlreadyRelisted'; relistedAs: AuctionId }>
  /** `relistableUntil` is the last instant at which the auction could have been relisted. */
  | Readonly<{ reason: 'RelistingTooLate'; relistableUntil: Instant }>
  | Readonly<{ reason: 'RelistedTooOften'; relistingsMax: number }>
  | AfterSaleRejection
  | TalkRejection;
