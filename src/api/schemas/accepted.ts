// What a command may be answered when it is accepted. Each kind is a schema for OpenAPI and a union for GraphQL.
import type { z } from 'zod';
import {
  auctionAccepted,
  bidAccepted,
  fraudCaseAccepted,
  listingAccepted,
  payoutRunAccepted,
  purchaseAccepted,
  relistingAccepted,
  retractionAccepted,
  sealedBidAccepted,
  sealedRetractionAccepted,
  userAccepted,
} from './answers.schema.js';
import { lotAccepted, paddleAccepted, saleAccepted } from './sales.schema.js';

/** `result` is the union in GraphQL, `types` are its successes there (graphql/schema.ts). */
export type AcceptedKind = Readonly<{ result: string; schema: z.ZodType; types: readonly string[] }>;

const kind = (result: string, one: z.ZodType, other?: z.ZodType): AcceptedKind => ({
  result,
  schema: other === undefined ? one : one.or(other),
  types: [one, ...(other === undefined ? [] : [other])].map((schema) => String(schema.meta()?.id)),
});

export const ACCEPTED = {
  listing: kind('ListAuctionResult', listingAccepted),
  relisting: kind('RelistAuctionResult', relistingAccepted),
  bid: kind('PlaceBidResult', bidAccepted, sealedBidAccepted),
  purchase: kind('BuyNowResult', purchaseAccepted),
  retraction: kind('RetractBidResult', retractionAccepted, sealedRetractionAccepted),
  auction: kind('AuctionCommandResult', auctionAccepted),
  sale: kind('SaleCommandResult', saleAccepted),
  lot: kind('LotCommandResult', lotAccepted),
  paddle: kind('PaddleCommandResult', paddleAccepted),
  account: kind('AccountCommandResult', userAccepted),
  payoutRun: kind('PayoutRunCommandResult', payoutRunAccepted),
  fraudCase: kind('FraudCaseCommandResult', fraudCaseAccepted),
} as const;
