// Which stored field of which event is secret: it goes to the restricted file, and the public one has null in its place.
import type { DomainEvent } from '../../domain/messages.js';

/** A field whose name occurs once in the event's text and whose value is a decimal string; null for none. */
export type SecretField = 'maximum' | 'amount' | 'reservePrice' | 'offeredPrice';

/**
 * Every type there is. Maxima, sealed and refused amounts and reserves are secret for ever; the price of an offer is the
 * bidder's own last bid. What is not named here goes to the restricted file as a whole.
 */
export const SECRET_FIELDS = {
  AuctionListed: 'reservePrice',
  AuctionOpened: null,
  BidPlaced: 'maximum',
  SealedBidPlaced: 'amount',
  SealedBidRetracted: null,
  SealedBidVoided: null,
  ClosingExtended: null,
  BidRetracted: null,
  BidVoided: null,
  RetractionRequested: null,
  RetractionRefused: null,
  AuctionSold: null,
  AuctionPassed: null,
  AuctionCancelled: null,
  AuctionWithdrawn: null,
  AuctionRelisted: 'reservePrice',
  InvoiceIssued: null,
  PaymentRecorded: null,
  PaymentClaimed: null,
  PaymentReleased: null,
  PaymentFailed: null,
  PaymentOverdue: null,
  PaymentRefunded: null,
  TransactionSettled: null,
  PayoutReturned: null,
  SecondChanceOffered: 'offeredPrice',
  SecondChanceAccepted: null,
  SecondChanceDeclined: null,
  SecondChanceExpired: null,
  HallResultRecorded: 'reservePrice',
  UserRegistered: null,
  PersonalDataChanged: null,
  UserVerified: null,
  UserRated: null,
  UserSuspended: null,
  UserReinstated: null,
  UserErased: null,
  BidRejected: 'amount',
  CommandRejected: null,
  FloodRejected: null,
} as const satisfies { [Type in DomainEvent['type']]: SecretField | null };
