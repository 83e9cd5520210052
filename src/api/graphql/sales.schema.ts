// Sales, their lots and who may bid in them.
import { REGISTRATIONS, SOFT_CLOSE_MOVES } from '../../domain/sale/sale.events.js';
import { PADDLE_STATUSES, SALE_KINDS, SALE_SORTS, SALE_STATUSES } from '../schemas/sales.schema.js';

const named = (words: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(words.map((word) => [word.toUpperCase().replaceAll('-', '_'), word]));

export const SALES_ENUMS = {
  SaleStatus: named(SALE_STATUSES),
  SaleKind: named(SALE_KINDS),
  SaleRegistration: named(REGISTRATIONS),
  SoftCloseMoves: named(SOFT_CLOSE_MOVES),
  SaleSort: named(SALE_SORTS),
  PaddleStatus: named(PADDLE_STATUSES),
};

export const SALES_TYPES = `
"Lots that are sold under one title and one set of terms. Drafts are shown to staff alone."
type Sale {
  saleId: ID!
  title: String!
  kind: SaleKind!
  status: SaleStatus!
  currency: Currency!
  "How bidders get a paddle; NONE: they need none."
  registration: SaleRegistration!
  "The most that one bid may be where registration is by LIMIT, unless staff give another."
  biddingLimit: Amount
  "The house's name for the conditions of sale."
  termsVersion: String!
  "When and where the lots can be seen."
  viewingNotes: String!
  opensAt: Time!
  "When the first lot of a timed sale closes, by the catalogue."
  closesAt: Time
  "From the close of a lot to that of the next."
  lotIntervalMs: Milliseconds
  softCloseMoves: SoftCloseMoves
  lotCount: Int!
  publishedAt: Time
  openedAt: Time
  closedAt: Time
  cancelledAt: Time
  cancelReason: String
}
type SalePage { rows: [Sale!]! next: String }

"A lot as the catalogue has it. Its id is that of the auction in which it is sold."
type SaleLot {
  lotId: ID!
  saleId: ID!
  lotNumber: String!
  sellerId: ID!
  title: String!
  "How it begins: at most 200 characters, the last an ellipsis where it is cut."
  description: String!
  category: String!
  currency: Currency!
  startingPrice: Amount!
  hasReserve: Boolean!
  "What the house expects; both or neither."
  lowEstimate: Amount
  highEstimate: Amount
  details: ItemDetails
  "By the published catalogue; a late bid may move it."
  scheduledClosesAt: Time
  "Null until the house has listed it, and in a hall."
  auction: Auction
}
type SaleLotPage { rows: [SaleLot!]! next: String }

"Where an auction stands in a sale."
type LotPlace {
  saleId: ID!
  saleTitle: String!
  lotCount: Int!
  lotNumber: String!
  lowEstimate: Amount
  highEstimate: Amount
  previousLotId: ID
  nextLotId: ID
}

"Somebody's leave to bid in a sale. Told to that person and to staff."
type Paddle {
  saleId: ID!
  bidderId: ID!
  status: PaddleStatus!
  "The number to bid under; one that was taken back keeps its number."
  paddle: Int
  "The most that one bid may be; null is no limit."
  biddingLimit: Amount
  "Why it was refused."
  reason: String
  "When staff were asked."
  requestedAt: Time
  decidedAt: Time
  "Which of the staff decided; null where the sale's own rule did."
  decidedBy: ID
}
type PaddlePage { rows: [Paddle!]! next: String }`;

export const salesFields = (page: string): string => `
  "Null for an unknown one, and for a draft unless you are staff."
  sale(id: ID!): Sale
  "The first to open first unless \`sort\` says otherwise. A cursor goes on in its own order only."
  sales(status: SaleStatus, sort: SaleSort = OPENING_SOONEST, ${page}): SalePage!
  "The lots of a sale in the order of its catalogue."
  saleLots(saleId: ID!, ${page}): SaleLotPage!
  "The sale that an auction is a lot of; null for a listing by itself."
  lotPlace(auctionId: ID!): LotPlace
  "Your own leave to bid in a sale; null if you never asked."
  myPaddle(saleId: ID!): Paddle
  "Everybody's, the earliest first."
  paddles(saleId: ID!, status: PaddleStatus, ${page}): PaddlePage!`;
