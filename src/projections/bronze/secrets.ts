// Which stored field of which event is secret: it goes to the restricted file, and the public one has null in its place.
import type { DomainEvent } from '../../domain/messages.js';

/** What stands in a secret field, as its JSON has it between the quotes: digits, or any text with its escapes. */
export const SECRET_VALUES = {
  maximum: '[0-9]+',
  amount: '[0-9]+',
  reservePrice: '[0-9]+',
  offeredPrice: '[0-9]+',
  biddingLimit: '[0-9]+',
  reason: String.raw`(?:[^"\\]|\\.)+`,
  note: String.raw`(?:[^"\\]|\\.)+`,
} as const;

/** A field whose name occurs once in the event's text and whose value is a string; null for none. */
export type SecretField = keyof typeof SECRET_VALUES;

/**
 * Every type there is. Maxima, sealed and refused amounts and reserves are secret for ever; the price of an offer is the
 * bidder's own last bid. What staff write about a person is for that person and staff; why an auction was cancelled or
 * withdrawn is for everybody. What is not named here goes to the restricted file as a whole.
 */
export const SECRET_FIELDS = {
  AuctionListed: 'reservePrice',
  AuctionOpened: null,
  BidPlaced: 'maximum',
  SealedBidPlaced: 'amount',
  SealedBidRetracted: null,
  SealedBidVoided: 'reason',
  ClosingExtended: null,
  BidRetracted: null,
  BidVoided: 'reason',
  RetractionRequested: null,
  RetractionRefused: 'reason',
  VoidingProposed: 'reason',
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
  SaleDrafted: null,
  SaleRevised: null,
  LotAdded: 'reservePrice',
  LotRenumbered: null,
  LotWithdrawn: null,
  SalePublished: null,
  SaleOpened: null,
  SaleClosed: null,
  SaleCancelled: null,
  PaddleRequested: null,
  PaddleGiven: 'biddingLimit',
  PaddleRefused: 'reason',
  HallResultRecorded: 'reservePrice',
  HallBidRecorded: 'maximum',
  UserRegistered: null,
  PersonalDataChanged: null,
  EmailVerificationRequested: null,
  EmailVerified: null,
  MailChosen: null,
  UserVerified: null,
  UserRated: null,
  UserSuspended: 'reason',
  UserReinstated: 'reason',
  UserErased: null,
  FraudCaseOpened: null,
  FraudSampleDrawn: null,
  FraudCaseEvidenceGrown: null,
  FraudCaseAssigned: null,
  FraudCaseNoted: 'note',
  FraudCaseDismissed: 'reason',
  FraudCaseConfirmed: 'reason',
  BidRejected: 'amount',
  CommandRejected: null,
  FloodRejected: null,
  RunFailed: null,
} as const satisfies { [Type in DomainEvent['type']]: SecretField | null };
