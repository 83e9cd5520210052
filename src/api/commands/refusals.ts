// Every reason for which the rules refuse a command: the status it is answered with, and a sentence for people.
import type { Rejection } from '../../domain/refusal.events.js';

type Refusal = readonly [status: 403 | 404 | 409 | 422, message: string];

/** 404: what the address names is not there. 403: not you. 422: never, as it stands. 409: not now, as things stand. */
export const REFUSALS: Readonly<Record<Rejection['reason'], Refusal>> = {
  AuctionUnknown: [404, 'there is no such auction'],
  AuctionAlreadyListed: [409, 'an auction of this id is listed already'],
  InvalidTerms: [422, 'the listing breaks a rule of this house'],
  AuctionNotYetOpen: [409, 'bidding has not begun'],
  AuctionNotOpen: [409, 'the auction is over'],
  BidAfterClose: [409, 'the auction had closed when this arrived'],
  SellerCannotBid: [403, 'sellers cannot bid on their own items'],
  BidderUnknown: [403, 'register before you bid'],
  BidderSuspended: [403, 'your account is suspended'],
  SellerUnknown: [403, 'register before you sell'],
  SellerSuspended: [403, 'your account is suspended'],
  CurrencyMismatch: [422, 'the auction is held in another currency'],
  BidBelowMinimum: [409, 'the bid is below the minimum next bid'],
  AmountTooLarge: [422, 'this house takes no such amounts'],
  BidNotAboveOwnMaximum: [409, 'you lead already; a new bid must be above your own maximum'],
  BuyNowNotOffered: [409, 'this item cannot be bought at once'],
  BuyNowOver: [409, 'bidding has begun, so the item can no longer be bought at once'],
  BidUnknown: [404, 'there is no such bid'],
  BidOfAnother: [403, 'the bid is somebody else’s'],
  BidAlreadyRetracted: [409, 'the bid was taken back already'],
  RetractionTooLate: [409, 'it is too late to take this bid back'],
  NotAllowed: [403, 'this is not yours to do'],
  AuctionHasBids: [409, 'the auction has bids, so only the house can withdraw it'],
  NotDue: [409, 'the auction is not due to close'],
  UserUnknown: [404, 'there is no such account'],
  UserAlreadyRegistered: [409, 'this account is registered already'],
  UserAlreadyVerified: [409, 'this account is verified already'],
  UserNotSuspended: [409, 'this account is not suspended'],
  UserAlreadySuspended: [409, 'this account is suspended already'],
  InvalidUser: [422, 'the account’s data break a rule of this house'],
};
