// The GraphQL schema: it is the contract (docs/adr/0028). What the views and answers of REST are, it names. Mutations and their
// inputs come from the table of commands (mutations-text.ts).
import { CURRENCY_DIGITS } from '../../domain/money.js';
import { REFUSALS } from '../commands/refusals.js';
import { COMMANDS } from '../commands/table.js';
import { ALERT_ENUMS, ALERTS_TEXT } from './alerts.schema.js';
import { AUDIT_TEXT, auditFields } from './audit.schema.js';
import { DESK_ENUMS, DESK_TYPES, deskFields } from './desk.schema.js';
import { FEES_ENUMS, FEES_TYPES } from './fees.schema.js';
import { GOLD_TYPES, goldFields } from './gold.schema.js';
import { mutationsText } from './mutations-text.js';
import { OWN_LISTS_TEXT, ownListFields } from './own-lists.schema.js';
import { SALES_ENUMS, SALES_TYPES, salesFields } from './sales.schema.js';
import { TALK_ENUMS, TALK_TYPES, talkFields } from './talk.schema.js';
import { WORKINGS_ENUMS, WORKINGS_TEXT, workingsFields } from './workings.schema.js';

/** Enums whose words GraphQL cannot spell as we do: what clients say, and what it stands for. */
export const ENUMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AuctionStatus: {
    UPCOMING: 'upcoming',
    OPEN: 'open',
    SOLD: 'sold',
    PASSED: 'passed',
    CANCELLED: 'cancelled',
    WITHDRAWN: 'withdrawn',
  },
  AuctionFormat: { ENGLISH: 'english', SEALED_FIRST_PRICE: 'sealed-first-price', VICKREY: 'vickrey', HALL: 'hall' },
  Calling: { WAITING: 'waiting', CALLED: 'called', FAIR_WARNING: 'fair-warning' },
  BidType: {
    MANUAL: 'manual',
    PROXY: 'proxy',
    SNIPE: 'snipe',
    BUY_NOW: 'buy-now',
    ABSENTEE: 'absentee',
    FLOOR: 'floor',
    PHONE: 'phone',
  },
  HallChannel: { FLOOR: 'floor', PHONE: 'phone', ABSENTEE: 'absentee' },
  UserStatus: { ACTIVE: 'active', SUSPENDED: 'suspended', ERASED: 'erased' },
  PersonalDataStatus: { PRESENT: 'present', NONE: 'none', ERASED: 'erased' },
  PaymentStatus: {
    UNINVOICED: 'uninvoiced',
    DUE: 'due',
    OVERDUE: 'overdue',
    PAID: 'paid',
    SETTLED: 'settled',
    REFUNDED: 'refunded',
    LAPSED: 'lapsed',
  },
  DisputeStatus: { OPEN: 'open', WON: 'won', LOST: 'lost' },
  PaymentChannel: { ONLINE: 'online', POINT_OF_SALE: 'point-of-sale' },
  SecondChanceStatus: { PENDING: 'pending', ACCEPTED: 'accepted', DECLINED: 'declined', EXPIRED: 'expired' },
  RetractionRequestStatus: { PENDING: 'pending', GRANTED: 'granted', REFUSED: 'refused', LAPSED: 'lapsed' },
  RetractionPolicy: { BY_REQUEST: 'by-request', EBAY: 'ebay', NEVER: 'never' },
  AuctionSort: { CLOSING_SOONEST: 'closing-soonest', CLOSING_LATEST: 'closing-latest', NEWEST: 'newest' },
  RunKind: { NIGHTLY: 'nightly', HOURLY: 'hourly', VERIFICATION: 'verification', DRILL: 'drill' },
  RunState: {
    RUNNING: 'running',
    SUCCEEDED: 'succeeded',
    SKIPPED: 'skipped',
    FAILED: 'failed',
    INTERRUPTED: 'interrupted',
  },
  ...DESK_ENUMS,
  ...ALERT_ENUMS,
  ...FEES_ENUMS,
  ...WORKINGS_ENUMS,
  ...SALES_ENUMS,
  ...TALK_ENUMS,
  LengthUnit: { MM: 'mm', CM: 'cm', M: 'm', IN: 'in', FT: 'ft' },
  WeightUnit: { G: 'g', KG: 'kg', OZ: 'oz', LB: 'lb' },
  Side: { BUYER: 'buyer', SELLER: 'seller', BOTH: 'both' },
};

const namesOf = (words: object): string => Object.keys(words).join(' ');

const enumsText = Object.entries(ENUMS)
  .map(([name, words]) => `enum ${name} { ${namesOf(words)} }`)
  .join('\n');

const page = '"Rows a page, 1 to 200." limit: Int = 50, "The next of the page before." cursor: String';

const WRITTEN = /* GraphQL */ `
"""
Whole minor units (cents). Answered as a string of digits: 12.50 is \\"1250\\". Taken as such a string of at most 18 digits, or as an
integer of at most 2^53 - 1; 1e3, 1000.0 and -0 are refused. For code generators: string, in and out.
"""
scalar Amount
"""
ISO 8601. Answered in UTC with milliseconds, as \\"2026-01-31T12:00:00.000Z\\"; taken with any offset. For code generators: string.
"""
scalar Time @specifiedBy(url: "https://www.rfc-editor.org/rfc/rfc3339")
"A whole number of milliseconds, at most 2^53 - 1. For code generators: number."
scalar Milliseconds
"A number above zero with at most two decimals."
scalar Measure

enum Currency { ${namesOf(CURRENCY_DIGITS)} }
enum RejectionReason { ${namesOf(REFUSALS)} }
enum RetractionReason { TypingError DescriptionChanged }
enum SaleVia { Hammer BuyNow SecondChance }
enum SecondChanceCause { WinnerDidNotPay ReserveNotMet }
enum PaymentFailureReason { Declined Abandoned TechnicalError }
enum RefundReason { Returned Chargeback SaleCancelled }
enum PassedReason { NoBids ReserveNotMet }
${enumsText}

"What a catalogue says of an item beside its description. In a list each text is cut as descriptions are."
type ItemDetails {
  conditionReport: String
  provenance: String
  shippingNotes: String
  dimensions: Dimensions
  weight: Weight
}
"All in one unit; what is flat has no depth."
type Dimensions { width: Measure! height: Measure! depth: Measure unit: LengthUnit! }
type Weight { value: Measure! unit: WeightUnit! }

"An auction as everybody may see it."
type Auction {
  auctionId: ID!
  sellerId: ID!
  title: String!
  "Whole in auction and auctionUpdated. A list shows how it begins: at most 200 characters, the last an ellipsis where it is cut."
  description: String!
  category: String!
  "Ids of its photos (GET /photos/{id}/{width}.{format}), the first one shown first."
  photos: [ID!]!
  format: AuctionFormat!
  currency: Currency!
  "UPCOMING until opensAt, OPEN from then on."
  status: AuctionStatus!
  startingPrice: Amount!
  "While bids are sealed, the starting price."
  currentPrice: Amount!
  minimumNextBid: Amount!
  "Null while nobody leads, and while bids are sealed."
  leaderId: ID
  leadingBid: Int
  "Bids that count; in a sealed auction each bidder has one."
  bidCount: Int!
  hasReserve: Boolean!
  "While bids are sealed: whether there is none."
  reserveMet: Boolean!
  buyNowPrice: Amount
  "Whether bids may be taken back: staff decide, by eBay's time rule, or never."
  retraction: RetractionPolicy!
  "Of a hall lot: WAITING for a clerk to open it (bids are commissions until then), CALLED (minimumNextBid is the asking price), or under FAIR_WARNING. Null in other formats."
  calling: Calling
  listedAt: Time!
  opensAt: Time!
  closesAt: Time!
  scheduledClosesAt: Time!
  extensions: Int!
  closedAt: Time
  endReason: String
  "The passed auction whose item this is."
  relistOf: ID
  "The auction in which the item of this passed one is up again."
  relistedAs: ID
  "The version that this shows. It only rises: whoever sees a lower one than before holds stale news."
  revision: Int!
}

type Bid {
  auctionId: ID!
  bidNumber: Int!
  bidderId: ID!
  "The visible price after this bid. Null for a sealed bid; that of the winning one is the hammer price once it is sold."
  bidAmount: Amount
  currency: Currency!
  bidType: BidType!
  placedAt: Time!
  isWinning: Boolean!
  "Its bidder placed another sealed bid instead."
  isReplaced: Boolean!
  isRetracted: Boolean!
  retractedAt: Time
  retractionReason: RetractionReason
  "Taken out by staff or the house."
  isVoided: Boolean!
  voidedAt: Time
}

"A bid of your own, with your secret maximum; of a sealed bid that is its amount."
type OwnBid {
  auctionId: ID!
  bidNumber: Int!
  bidderId: ID!
  bidAmount: Amount
  currency: Currency!
  bidType: BidType!
  placedAt: Time!
  isWinning: Boolean!
  "Its bidder placed another sealed bid instead."
  isReplaced: Boolean!
  isRetracted: Boolean!
  retractedAt: Time
  retractionReason: RetractionReason
  "Taken out by staff or the house."
  isVoided: Boolean!
  voidedAt: Time
  "Nobody else is shown it."
  maximum: Amount!
  "Why it was voided. Told to you and staff alone."
  voidReason: String
  "What became of your request to take it back; null if you made none."
  retractionRequest: RetractionRequestStatus
  title: String!
  status: AuctionStatus!
  currentPrice: Amount!
  closesAt: Time!
}

type User {
  userId: ID!
  "Null for an account that was erased."
  username: String
  rating: Int!
  isVerified: Boolean!
  status: UserStatus!
  registeredAt: Time!
}

type PersonalData { name: String email: String address: String }

"Your own account, with what only you may see of it."
type OwnUser {
  userId: ID!
  "Null for an account that was erased."
  username: String
  rating: Int!
  isVerified: Boolean!
  status: UserStatus!
  registeredAt: Time!
  personalData: PersonalData
  personalDataStatus: PersonalDataStatus!
  "Null where this house sends people no mail."
  mail: MailPreference
  revision: Int!
}

"What a person has said about news by e-mail. A change shows a moment after it was accepted."
type MailPreference {
  wanted: Boolean!
  "Whether the address in personalData was confirmed by its link. Nothing is sent to one that was not."
  isAddressConfirmed: Boolean!
}

type Transaction {
  transactionId: ID!
  auctionId: ID!
  "From 1 in its auction; a second chance that is taken makes the next one."
  transactionNumber: Int!
  sellerId: ID!
  buyerId: ID!
  via: SaleVia!
  currency: Currency!
  finalPrice: Amount!
  buyersPremium: Amount!
  tax: Amount!
  amountDue: Amount!
  platformFee: Amount!
  sellerProceeds: Amount!
  paymentStatus: PaymentStatus!
  paymentDueAt: Time
  paidAt: Time
  "When the buyer had all of it back; a part leaves it null."
  refundedAt: Time
  "What the buyer got back, in parts or all of it."
  refundedAmount: Amount!
  "Of a dispute that is open, else of the last one. The seller is not paid out while one is open."
  disputeStatus: DisputeStatus
  failedPayments: Int!
  "The seller was paid out."
  isCompleted: Boolean!
  soldAt: Time!
  completedAt: Time
}

"An item on offer to you after its auction, because the winner did not pay or the reserve was not met."
type OwnSecondChance {
  auctionId: ID!
  offerNumber: Int!
  sellerId: ID!
  title: String!
  cause: SecondChanceCause!
  status: SecondChanceStatus!
  currency: Currency!
  "Your own last bid. Nobody else is shown it unless you accept."
  offeredPrice: Amount!
  offeredAt: Time!
  expiresAt: Time!
  answeredAt: Time
}

"A bidder asks staff to let a bid be taken back."
type RetractionRequest {
  auctionId: ID!
  bidNumber: Int!
  bidderId: ID!
  reason: RetractionReason!
  "LAPSED: the auction ended, or the bid counted no longer, before anybody answered."
  status: RetractionRequestStatus!
  requestedAt: Time!
  answeredAt: Time
  answeredBy: ID
  "Why it was refused, as the bidder was told."
  answerReason: String
  "When the auction closes; after that nothing can be granted."
  closesAt: Time!
}

"Something that the house did by the clock."
type Run {
  runId: ID!
  kind: RunKind!
  "INTERRUPTED: its process ended before it did."
  state: RunState!
  "What it is for: from here (inclusive)."
  coversFrom: Time!
  "To here (exclusive)."
  coversTo: Time!
  startedAt: Time!
  "Null while it is under way."
  endedAt: Time
  "Why it failed or was interrupted."
  problem: String
  "What it did, step by step."
  counts: [RunCount!]!
}
type RunCount { name: String! value: String }

"Give next back as cursor for the page behind this one; null is the end. Rows full of text make a page shorter than its limit."
type AuctionPage {
  rows: [Auction!]!
  next: String
  "Where nothing was found: what there is that comes near."
  hint: String
}
type BidPage { rows: [Bid!]! next: String }
type OwnBidPage { rows: [OwnBid!]! next: String }
type OwnSecondChancePage { rows: [OwnSecondChance!]! next: String }
type RetractionRequestPage { rows: [RetractionRequest!]! next: String }
type RunPage { rows: [Run!]! next: String }
type TransactionPage { rows: [Transaction!]! next: String }

"slug stays when the name changes; parent is the slug of the category above it."
type Category { slug: ID! name: String! parent: ID synonyms: [String!]! }

input AuctionFilter {
  status: AuctionStatus
  "The slug, the name or a synonym of a category, with all that is below it; or what sellers wrote. In any case; accents count where they are typed."
  category: String
  sellerId: ID
  "Words that title or description contains, whole and in any case; accents count where they are typed."
  text: String
  "Exclusive; with status OPEN: closing soon."
  closesBefore: Time
}

type Query {
  auction(id: ID!): Auction
  "The earliest close first unless \`sort\` says otherwise. A cursor goes on in its own order only."
  auctions(filter: AuctionFilter, sort: AuctionSort = CLOSING_SOONEST, ${page}): AuctionPage!
  "The tree of categories that searches know; each comes behind the one above it."
  categories: [Category!]!
  "What the catalogue says of an auction's item beside its description; null where it says nothing."
  itemDetails(auctionId: ID!): ItemDetails
  "The latest first. Maxima are shown to nobody here."
  bids(auctionId: ID!, ${page}): BidPage!
  "What a buyer would pay for an auction's item at this hammer price, by the fees it was listed under; null for an unknown auction."
  payable(auctionId: ID!, hammerPrice: Amount!, place: TaxPlaceInput): Payable
  user(id: ID!): User
  "Your own account; null while you are not registered."
  me: OwnUser
  "Your own bids with their maxima, the latest first."
  myBids(${page}): OwnBidPage!
  "What you bought and sold, the latest first."
  myTransactions(side: Side = BOTH, ${page}): TransactionPage!
  "Your invoices and credit notes, the latest first."
  myInvoices(${page}): InvoicePage!
  "One of them with its lines, for its buyer and staff; null for everybody else."
  invoice(id: ID!): InvoiceDetail
  "What sellers are paid out together, the latest first."
  payoutRuns(${page}): PayoutRunPage!
  payoutRun(id: ID!): PayoutRunDetail
  "What you were paid out for what you sold, the latest first."
  myPayouts(${page}): PayoutPage!
  "Where you are for tax; null while you have said nothing."
  myTaxPosition: TaxPosition
  "Where somebody is for tax; null for somebody who has said nothing."
  taxPosition(userId: ID!): TaxPosition
  "Those with a number that nobody has looked at, the earliest first."
  taxNumbersToJudge(${page}): TaxPositionPage!
  "Those of all buyers."
  invoices(${page}): InvoicePage!
  "Second chances that were offered to you, the latest first."
  mySecondChances(${page}): OwnSecondChancePage!
  "What bidders ask of staff, the earliest first."
  retractionRequests(status: RetractionRequestStatus, ${page}): RetractionRequestPage!
  "What the house did by the clock, the latest first."
  runs(kind: RunKind, ${page}): RunPage!
  "What is wrong with the house, the latest first; with open: null what has passed as well."
  alerts(open: Boolean = true, ${page}): AlertPage!
  "All sales, for the house."
  transactions(${page}): TransactionPage!
  "What became of a command that you sent; null while it has not been judged."
  command(id: ID!): CommandAnswer
${ownListFields(page)}
${salesFields(page)}
${talkFields(page)}
${deskFields(page)}
${workingsFields(page)}${auditFields(page)}
${goldFields(page)}
}
${GOLD_TYPES}
${FEES_TYPES}
${SALES_TYPES}
${DESK_TYPES}
${ALERTS_TEXT}
${OWN_LISTS_TEXT}
${TALK_TYPES}
${WORKINGS_TEXT}${AUDIT_TEXT}

"The answer that a repeat of the command gets as well; repeated tells that this is such a repeat."
interface Accepted { commandId: ID! repeated: Boolean! revision: Int! }
type AuctionCommandAccepted implements Accepted { commandId: ID! repeated: Boolean! revision: Int! auctionId: ID! }
type AccountAccepted implements Accepted { commandId: ID! repeated: Boolean! revision: Int! userId: ID! }
type SaleAccepted implements Accepted { commandId: ID! repeated: Boolean! revision: Int! saleId: ID! }
type LotAccepted implements Accepted {
  commandId: ID!
  repeated: Boolean!
  revision: Int!
  saleId: ID!
  "Also the id of the auction in which the lot is sold."
  lotId: ID!
  lotNumber: String!
}
type PaddleAccepted implements Accepted {
  commandId: ID!
  repeated: Boolean!
  revision: Int!
  saleId: ID!
  bidderId: ID!
  "The number to bid under; null while staff are to decide, and after a refusal."
  paddle: Int
  "The most that one bid may be; null is no limit."
  biddingLimit: Amount
}
type ListingAccepted implements Accepted {
  commandId: ID!
  repeated: Boolean!
  revision: Int!
  auctionId: ID!
  opensAt: Time!
  closesAt: Time!
}
type RelistingAccepted implements Accepted {
  commandId: ID!
  repeated: Boolean!
  revision: Int!
  auctionId: ID!
  "The new auction. It is listed within moments; ask for it until it is there."
  relistedAs: ID!
  opensAt: Time!
  closesAt: Time!
}
type BidAccepted implements Accepted {
  commandId: ID!
  repeated: Boolean!
  revision: Int!
  auctionId: ID!
  currency: Currency
  bidNumber: Int!
  currentPrice: Amount!
  bidCount: Int!
  "True if you lead now."
  leading: Boolean!
  minimumNextBid: Amount!
  reserveMet: Boolean!
  "The new close, if this bid moved it."
  newClosesAt: Time
}
"A sealed bid. Who leads is not known before the close."
type SealedBidAccepted implements Accepted {
  commandId: ID!
  repeated: Boolean!
  revision: Int!
  auctionId: ID!
  bidNumber: Int!
  "How many bid."
  bidCount: Int!
  "Your bid that this one took the place of; null for a first one."
  replaces: Int
}
type SealedRetractionAccepted implements Accepted {
  commandId: ID!
  repeated: Boolean!
  revision: Int!
  auctionId: ID!
  bidNumber: Int!
  bidCount: Int!
}
type RetractionAccepted implements Accepted {
  commandId: ID!
  repeated: Boolean!
  revision: Int!
  auctionId: ID!
  bidNumber: Int!
  currentPrice: Amount!
  bidCount: Int!
  leading: Boolean!
  minimumNextBid: Amount!
  reserveMet: Boolean!
  "The new close, if this moved it."
  newClosesAt: Time
}
"What a purchase came to."
type Purchase {
  currency: Currency!
  hammerPrice: Amount!
  buyersPremium: Amount!
  tax: Amount!
  amountDue: Amount!
  soldAt: Time!
}
type PurchaseAccepted implements Accepted {
  commandId: ID!
  repeated: Boolean!
  revision: Int!
  auctionId: ID!
  currency: Currency
  bidNumber: Int!
  currentPrice: Amount!
  bidCount: Int!
  leading: Boolean!
  minimumNextBid: Amount!
  reserveMet: Boolean!
  sale: Purchase!
}

"Not accepted; nothing but the reason has been recorded, if at all."
interface Refusal { commandId: ID! message: String! }
"Judged by the rules and refused; a repeat gets the same answer."
type Rejected implements Refusal {
  commandId: ID!
  message: String!
  repeated: Boolean!
  reason: RejectionReason!
  "The revision it was judged at; -1 is an auction or account that is not there."
  judgedAtRevision: Int!
  "What would be right, as far as the reason has it."
  details: RejectionDetails!
}
type PurchaseName { auctionId: ID! transactionNumber: Int! }
type RejectionDetails {
  minimumNextBid: Amount
  limit: Amount
  currency: Currency
  status: AuctionStatus
  opensAt: Time
  closesAt: Time
  retractableUntil: Time
  relistedAs: ID
  relistableUntil: Time
  relistingsMax: Int
  requestsMax: Int
  saleStatus: SaleStatus
  lotNumber: String
  lotsMax: Int
  paddlesMax: Int
  paymentStatus: PaymentStatus
  amountDue: Amount
  refundable: Amount
  recordedAt: Time
  "A sale that counts the payment, which is the first of those that do."
  usedFor: PurchaseName
  "What other sales count of the payment, and how large it is."
  counted: Amount
  paymentTotal: Amount
  expiresAt: Time
  until: Time
  "The person’s open auctions and second chances on offer."
  selling: Int
  "Open auctions in which a bid of the person counts, led or not, and second chances on offer."
  bidding: Int
  "Sales of the person, as buyer or seller, that are not settled, refunded or lapsed."
  unpaid: Int
  field: String
  problem: String
}
enum CommandRefusedReason { CommandIdReused CommandTooOld CommandFromTheFuture }
"Not judged: the command id cannot be used for this."
type CommandRefused implements Refusal { commandId: ID! message: String! reason: CommandRefusedReason! }
"Nothing was taken. Send the same command again after a while."
type NotNow implements Refusal { commandId: ID! message: String! retryAfterMs: Int! }
"Taken, and not judged in time. Ask for it with Query.command, or send the same command again."
type Pending implements Refusal { commandId: ID! message: String! }
"Something is broken here. The same command may be sent again."
type Fault implements Refusal { commandId: ID! message: String! code: String! retryable: Boolean! }

"Something that happened to you in an auction that you bid in or sell, open or ended."
interface News { auctionId: ID! revision: Int! at: Time! }
"You led, and lead no more."
type Outbid implements News {
  auctionId: ID!
  revision: Int!
  at: Time!
  currency: Currency!
  currentPrice: Amount!
  minimumNextBid: Amount!
}
type Won implements News { auctionId: ID! revision: Int! at: Time! currency: Currency! hammerPrice: Amount! }
"For the seller."
type Sold implements News { auctionId: ID! revision: Int! at: Time! currency: Currency! hammerPrice: Amount! }
"For the seller, and for who led."
type Passed implements News { auctionId: ID! revision: Int! at: Time! reason: PassedReason! }
type Extended implements News { auctionId: ID! revision: Int! at: Time! closesAt: Time! }
"For its bidder: staff or the house took the bid out."
type BidVoided implements News { auctionId: ID! revision: Int! at: Time! bidNumber: Int! reason: String! }
"For the bidder who asked to take the bid back."
type RetractionGranted implements News { auctionId: ID! revision: Int! at: Time! bidNumber: Int! }
type RetractionRefused implements News { auctionId: ID! revision: Int! at: Time! bidNumber: Int! reason: String! }
"For the buyer, at the hammer or in a second chance: what is due, and until when."
type Invoiced implements News {
  auctionId: ID!
  revision: Int!
  at: Time!
  transactionNumber: Int!
  currency: Currency!
  amountDue: Amount!
  paymentDueAt: Time!
}
"For the buyer: your payment is on record."
type Paid implements News {
  auctionId: ID!
  revision: Int!
  at: Time!
  transactionNumber: Int!
  currency: Currency!
  amount: Amount!
}
"For an under-bidder: a second chance, to be answered in its time."
type Offered implements News {
  auctionId: ID!
  revision: Int!
  at: Time!
  offerNumber: Int!
  currency: Currency!
  "Your own last bid. Nobody else is shown it unless you accept."
  offeredPrice: Amount!
  expiresAt: Time!
}

"Over graphql-transport-ws at this same address. At most one message per auction and tick: the latest, never the backlog."
type Subscription {
  "The auction as it stands now, then whenever it has changed."
  auctionUpdated(id: ID!): Auction!
  "Every auction of the filter that changes, the change by which it leaves the filter included."
  auctionsUpdated(filter: AuctionFilter): Auction!
  "From now on; what happened before, the queries tell."
  myNews: News!
  "Each alert as it stands after a change, from now on: raised, told, acknowledged, escalated, passed."
  alertChanged: Alert!
  "Each fraud case as it stands after a change, from now on: opened, grown, assigned, noted, decided."
  fraudCaseChanged: FraudCase!
}
`;

/** The whole of it: what is written here, and what the table of commands makes of itself. */
export const TYPE_DEFS = `${WRITTEN}\n${mutationsText(COMMANDS, ENUMS)}`;
