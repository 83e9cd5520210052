// The stored shape of every event, as zod schemas: what is read from the journal passes through them. Amounts are stored
// as decimal strings. A field or a value that a schema has and the domain lacks does not compile here (`satisfies` at the
// end), the other way round not in the codec.
import { z } from 'zod';
import { RETRACTION_POLICIES } from '../domain/auction/terms.js';
import { RUN_KINDS } from '../domain/house/run.events.js';
import type { DomainEvent } from '../domain/messages.js';
import { AFTER_SALE_REJECTIONS, AFTER_SALE_SCHEMAS } from './after-sale-schemas.js';
import { FRAUD_CASE_REJECTIONS, FRAUD_CASE_SCHEMAS } from './fraud-case-schemas.js';
import { at, auction, count, currency, key, minor, money, text, user } from './stored-values.js';

const tiers = z.array(z.strictObject({ upTo: minor.nullable(), rateBp: z.int() })).readonly();
const fees = z.strictObject({
  buyersPremium: tiers,
  platformFee: tiers,
  taxRateBp: count,
  paymentTermMs: count,
});
const englishTerms = z.strictObject({
  format: z.literal('english'),
  currency,
  startingPrice: minor,
  reservePrice: minor.nullable(),
  buyNowPrice: minor.nullable(),
  increments: z.array(z.strictObject({ below: minor.nullable(), step: minor })).readonly(),
  softClose: z
    .strictObject({ windowMs: count, extensionsMax: count.nullable(), extensionTotalMaxMs: count.nullable() })
    .nullable(),
  retraction: z.enum(RETRACTION_POLICIES),
  fees,
});
const sealedTerms = z.strictObject({
  format: z.enum(['sealed-first-price', 'vickrey']),
  currency,
  startingPrice: minor,
  reservePrice: minor.nullable(),
  retraction: z.enum(RETRACTION_POLICIES),
  fees,
});
const terms = z.discriminatedUnion('format', [englishTerms, sealedTerms]);

const item = z.strictObject({ title: text, description: text, category: text });

const standing = {
  currentPrice: minor,
  leaderId: user.nullable(),
  leadingBid: count.nullable(),
  bidCount: count,
  minimumNextBid: minor,
  reserveMet: z.boolean(),
};

const AUCTION_REASONS = [
  'AuctionUnknown',
  'AuctionAlreadyListed',
  'SellerCannotBid',
  'BidderUnknown',
  'BidderSuspended',
  'SellerUnknown',
  'SellerSuspended',
  'BidNotAboveOwnMaximum',
  'BuyNowNotOffered',
  'BuyNowOver',
  'BidUnknown',
  'BidOfAnother',
  'BidAlreadyRetracted',
  'RetractionByRequest',
  'RetractionNotOffered',
  'RetractedBefore',
  'RetractionAlreadyRequested',
  'RetractionNotRequested',
  'NotAllowed',
  'AuctionHasBids',
  'AuctionAlreadyOpened',
  'BidUnchanged',
  'BidNotLive',
] as const;

// Apart from the others, because TypeScript matches an enum of at most 25 words with a union.
const OTHER_REASONS = [
  'UserUnknown',
  'UserAlreadyRegistered',
  'UserAlreadyVerified',
  'UserNotSuspended',
  'UserAlreadySuspended',
  'UserErased',
  'EmailUnknown',
  'EmailChanged',
  'EmailAlreadyVerified',
  'HallResultAlreadyRecorded',
  'VoidingNotProposed',
  'VoidingAlreadyProposed',
  'VoidingNeedsAnother',
] as const;

const rejection = z.discriminatedUnion('reason', [
  z.strictObject({ reason: z.enum(AUCTION_REASONS) }),
  z.strictObject({ reason: z.enum(OTHER_REASONS) }),
  z.strictObject({ reason: z.literal('InvalidTerms'), field: text, problem: text }),
  z.strictObject({ reason: z.literal('InvalidUser'), field: text, problem: text }),
  z.strictObject({ reason: z.literal('InvalidHallResult'), field: text, problem: text }),
  z.strictObject({ reason: z.literal('EmailVerificationTooSoon'), until: at }),
  z.strictObject({ reason: z.literal('UserHasTies'), selling: count, bidding: count, unpaid: count }),
  z.strictObject({ reason: z.literal('AuctionNotYetOpen'), opensAt: at }),
  z.strictObject({ reason: z.literal('AuctionNotOpen'), status: z.enum(['sold', 'passed', 'cancelled', 'withdrawn']) }),
  z.strictObject({ reason: z.literal('BidAfterClose'), closesAt: at }),
  z.strictObject({ reason: z.literal('CurrencyMismatch'), currency }),
  z.strictObject({ reason: z.literal('BidBelowMinimum'), minimumNextBid: minor }),
  z.strictObject({ reason: z.literal('AmountTooLarge'), limit: minor }),
  z.strictObject({ reason: z.literal('RetractionTooLate'), retractableUntil: at }),
  z.strictObject({ reason: z.literal('RetractionRequestedTooOften'), requestsMax: count }),
  z.strictObject({ reason: z.literal('NotDue'), closesAt: at }),
  z.strictObject({
    reason: z.literal('AuctionNotPassed'),
    status: z.enum(['open', 'sold', 'cancelled', 'withdrawn']),
  }),
  z.strictObject({ reason: z.literal('AuctionAlreadyRelisted'), relistedAs: auction }),
  z.strictObject({ reason: z.literal('RelistingTooLate'), relistableUntil: at }),
  z.strictObject({ reason: z.literal('RelistedTooOften'), relistingsMax: count }),
  ...AFTER_SALE_REJECTIONS,
  ...FRAUD_CASE_REJECTIONS,
]);

const retractionReason = z.enum(['TypingError', 'DescriptionChanged']);
const ofBid = { bidNumber: count, bidderId: user };
const retracted = { ...ofBid, reason: retractionReason, grantedBy: user.nullable(), retractedAt: at };
const voided = { ...ofBid, reason: text, voidedBy: user.nullable(), voidedAt: at };

const rejected = { rejection, judgedAtRevision: z.int().min(-1), rejectedAt: at };

/** One schema an event type, for the version that is written today. */
export const EVENT_SCHEMAS = {
  AuctionListed: z.strictObject({
    type: z.literal('AuctionListed'),
    sellerId: user,
    item,
    terms,
    opensAt: at,
    closesAt: at,
    listedAt: at,
    relistOf: auction.nullable(),
    relistings: count,
  }),
  AuctionOpened: z.strictObject({ type: z.literal('AuctionOpened'), opensAt: at, openedAt: at }),
  BidPlaced: z.strictObject({
    type: z.literal('BidPlaced'),
    bidNumber: count,
    bidderId: user,
    bidType: z.enum(['manual', 'proxy', 'snipe', 'buy-now', 'absentee', 'floor', 'phone']),
    maximum: minor,
    currency,
    placedAt: at,
    userRevision: count,
    ...standing,
  }),
  SealedBidPlaced: z.strictObject({
    type: z.literal('SealedBidPlaced'),
    bidNumber: count,
    bidderId: user,
    bidType: z.enum(['manual', 'snipe', 'absentee', 'floor', 'phone']),
    amount: minor,
    currency,
    placedAt: at,
    userRevision: count,
    replaces: count.nullable(),
    bidCount: count,
  }),
  SealedBidRetracted: z.strictObject({ type: z.literal('SealedBidRetracted'), ...retracted, bidCount: count }),
  SealedBidVoided: z.strictObject({ type: z.literal('SealedBidVoided'), ...voided, bidCount: count }),
  ClosingExtended: z.strictObject({
    type: z.literal('ClosingExtended'),
    cause: z.enum(['SoftClose', 'Outage']),
    previousClosesAt: at,
    closesAt: at,
    extensions: count,
    bidNumber: count.nullable(),
    extendedAt: at,
  }),
  RetractionRequested: z.strictObject({
    type: z.literal('RetractionRequested'),
    ...ofBid,
    reason: retractionReason,
    requestedAt: at,
  }),
  RetractionRefused: z.strictObject({
    type: z.literal('RetractionRefused'),
    ...ofBid,
    reason: text,
    refusedBy: user.nullable(),
    refusedAt: at,
  }),
  VoidingProposed: z.strictObject({
    type: z.literal('VoidingProposed'),
    ...ofBid,
    reason: text,
    proposedBy: user,
    proposedAt: at,
  }),
  BidRetracted: z.strictObject({ type: z.literal('BidRetracted'), ...retracted, ...standing }),
  BidVoided: z.strictObject({ type: z.literal('BidVoided'), ...voided, ...standing }),
  AuctionSold: z.strictObject({
    type: z.literal('AuctionSold'),
    via: z.enum(['Hammer', 'BuyNow']),
    buyerId: user,
    winningBid: count,
    currency,
    ...money,
    closedAt: at,
  }),
  AuctionPassed: z.strictObject({
    type: z.literal('AuctionPassed'),
    reason: z.enum(['NoBids', 'ReserveNotMet']),
    closedAt: at,
  }),
  AuctionCancelled: z.strictObject({
    type: z.literal('AuctionCancelled'),
    reason: text,
    cancelledBy: user.nullable(),
    cancelledAt: at,
  }),
  AuctionWithdrawn: z.strictObject({
    type: z.literal('AuctionWithdrawn'),
    reason: text,
    withdrawnBy: user.nullable(),
    withdrawnAt: at,
  }),
  AuctionRelisted: z.strictObject({
    type: z.literal('AuctionRelisted'),
    relistedAs: auction,
    terms,
    opensAt: at,
    closesAt: at,
    relistings: count,
    lapsedTransaction: count.nullable(),
    relistedAt: at,
  }),
  ...AFTER_SALE_SCHEMAS,
  UserRegistered: z.strictObject({
    type: z.literal('UserRegistered'),
    username: text.nullable(),
    personalData: text.nullable(),
    registeredAt: at,
  }),
  PersonalDataChanged: z.strictObject({ type: z.literal('PersonalDataChanged'), personalData: text, changedAt: at }),
  EmailVerificationRequested: z.strictObject({
    type: z.literal('EmailVerificationRequested'),
    dataVersion: count,
    requestedAt: at,
  }),
  EmailVerified: z.strictObject({ type: z.literal('EmailVerified'), dataVersion: count, verifiedAt: at }),
  MailChosen: z.strictObject({ type: z.literal('MailChosen'), wanted: z.boolean(), chosenAt: at }),
  UserVerified: z.strictObject({ type: z.literal('UserVerified'), verifiedAt: at }),
  UserRated: z.strictObject({ type: z.literal('UserRated'), rating: z.int(), ratedAt: at }),
  UserSuspended: z.strictObject({
    type: z.literal('UserSuspended'),
    reason: text,
    suspendedBy: user.nullable(),
    voidBids: z.boolean(),
    suspendedAt: at,
  }),
  UserReinstated: z.strictObject({
    type: z.literal('UserReinstated'),
    reason: text,
    reinstatedBy: user.nullable(),
    reinstatedAt: at,
  }),
  UserErased: z.strictObject({ type: z.literal('UserErased'), erasedBy: user.nullable(), erasedAt: at }),
  HallResultRecorded: z.strictObject({
    type: z.literal('HallResultRecorded'),
    venue: z.enum(['hall', 'online']),
    sale: text,
    lotNumber: text,
    item,
    currency,
    lowEstimate: minor.nullable(),
    highEstimate: minor.nullable(),
    startingPrice: minor.nullable(),
    reservePrice: minor.nullable(),
    outcome: z.enum(['sold', 'passed', 'withdrawn']),
    price: minor.nullable(),
    priceKind: z.enum(['hammer', 'with-premium']).nullable(),
    buyerId: user.nullable(),
    buyerKey: key.nullable(),
    paddle: text.nullable(),
    sellerId: user.nullable(),
    heldAt: at,
    corrects: z.boolean(),
    source: z.strictObject({ file: text, line: count }),
  }),
  ...FRAUD_CASE_SCHEMAS,
  HallBidRecorded: z.strictObject({
    type: z.literal('HallBidRecorded'),
    bidNumber: count,
    bidType: z.enum(['commission', 'online']),
    bidderId: user.nullable(),
    bidderKey: key.nullable(),
    paddle: text.nullable(),
    price: minor.nullable(),
    maximum: minor.nullable(),
    currency,
    placedAt: at.nullable(),
  }),
  BidRejected: z.strictObject({
    type: z.literal('BidRejected'),
    bidderId: user,
    amount: minor.nullable(),
    currency: currency.nullable(),
    ...rejected,
  }),
  CommandRejected: z.strictObject({ type: z.literal('CommandRejected'), command: text, ...rejected }),
  FloodRejected: z.strictObject({
    type: z.literal('FloodRejected'),
    actorId: user,
    count,
    firstAt: at,
    lastAt: at,
  }),
  RunFailed: z.strictObject({
    type: z.literal('RunFailed'),
    run: z.enum(RUN_KINDS),
    coversFrom: at,
    coversTo: at,
    problem: text,
    failedAt: at,
  }),
} satisfies { [Type in DomainEvent['type']]: z.ZodType<Extract<DomainEvent, { type: Type }>> };

/** Whatever the schemas let through. */
export type Decodable = z.output<(typeof EVENT_SCHEMAS)[keyof typeof EVENT_SCHEMAS]>;
