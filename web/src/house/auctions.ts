// Questions about auctions, and the commands of this application.
import { ask } from './ask.js';
import { graphql, type ResultOf, type VariablesOf } from './graphql.js';

export const CARD = graphql(`
  fragment Card on Auction @_unmask {
    auctionId title category photos currency format status currentPrice minimumNextBid bidCount leaderId
    opensAt closesAt closedAt revision
  }
`);
export type Card = ResultOf<typeof CARD>;

const CARDS = graphql(
  `query Cards($filter: AuctionFilter, $sort: AuctionSort, $limit: Int, $cursor: String) {
    auctions(filter: $filter, sort: $sort, limit: $limit, cursor: $cursor) { next hint rows { ...Card } }
  }`,
  [CARD],
);
export const CARDS_LIVE = graphql(
  `subscription CardsLive($filter: AuctionFilter) { auctionsUpdated(filter: $filter) { ...Card } }`,
  [CARD],
);

export const LOT = graphql(
  `fragment Lot on Auction @_unmask {
    ...Card
    description sellerId startingPrice hasReserve reserveMet buyNowPrice listedAt extensions scheduledClosesAt
    calling leadingBid retraction
    relistedAs
  }`,
  [CARD],
);
export type Lot = ResultOf<typeof LOT>;

const ONE = graphql(`query One($id: ID!) { auction(id: $id) { ...Lot } }`, [LOT]);
export const LOT_LIVE = graphql(`subscription LotLive($id: ID!) { auctionUpdated(id: $id) { ...Lot } }`, [LOT]);

const DETAILS = graphql(`
  query Details($id: ID!) {
    itemDetails(auctionId: $id) {
      conditionReport provenance shippingNotes dimensions { width height depth unit } weight { value unit }
    }
  }
`);
export type ItemDetails = NonNullable<ResultOf<typeof DETAILS>['itemDetails']>;

const CATEGORIES = graphql('query Categories { categories { slug name parent } }');
export type Category = ResultOf<typeof CATEGORIES>['categories'][number];

const BIDS = graphql(`
  query Bids($id: ID!, $limit: Int) {
    bids(auctionId: $id, limit: $limit) {
      next
      rows { bidNumber bidderId bidAmount bidType placedAt isWinning isRetracted isVoided isReplaced }
    }
  }
`);
export type Bid = ResultOf<typeof BIDS>['bids']['rows'][number];

const MINE = graphql(`
  query Mine($limit: Int, $cursor: String) {
    me { status }
    myBids(limit: $limit, cursor: $cursor) {
      next
      rows { auctionId bidNumber bidderId maximum currency title status currentPrice closesAt isRetracted isVoided isReplaced isWinning }
    }
  }
`);
export type OwnBid = ResultOf<typeof MINE>['myBids']['rows'][number];

const PAYABLE = graphql(`
  query Payable($id: ID!, $hammerPrice: Amount!) { payable(auctionId: $id, hammerPrice: $hammerPrice) { total } }
`);

const PLACE_BID = graphql(`
  mutation PlaceBid($input: PlaceBidInput!) {
    placeBid(input: $input) {
      __typename
      ... on BidAccepted { currentPrice minimumNextBid leading newClosesAt revision }
      ... on SealedBidAccepted { bidNumber revision }
      ... on Rejected { reason message details { minimumNextBid closesAt } }
      ... on CommandRefused { message }
      ... on NotNow { message retryAfterMs }
      ... on Pending { message }
      ... on Fault { message retryable }
    }
  }
`);
export type BidAnswer = ResultOf<typeof PLACE_BID>['placeBid'];

const BUY_NOW = graphql(`
  mutation BuyNow($input: BuyNowInput!) {
    buyNow(input: $input) {
      __typename
      ... on Rejected { reason message }
      ... on CommandRefused { message }
      ... on NotNow { message }
      ... on Pending { message }
      ... on Fault { message }
    }
  }
`);

const RETRACT = graphql(`
  mutation Retract($input: RetractBidInput!) {
    retractBid(input: $input) { __typename ... on Refusal { message } }
  }
`);
const REQUEST_RETRACTION = graphql(`
  mutation RequestRetraction($input: RetractBidInput!) {
    requestRetraction(input: $input) { __typename ... on Refusal { message } }
  }
`);
type Retraction = VariablesOf<typeof RETRACT>['input'];

const LIST = graphql(`
  mutation List($input: ListAuctionInput!) {
    listAuction(input: $input) {
      __typename
      ... on ListingAccepted { auctionId }
      ... on Rejected { message }
      ... on CommandRefused { message }
      ... on NotNow { message }
      ... on Pending { message }
      ... on Fault { message }
    }
  }
`);

const RELIST = graphql(`
  mutation Relist($input: RelistAuctionInput!) {
    relistAuction(input: $input) {
      __typename
      ... on RelistingAccepted { relistedAs }
      ... on Rejected { message }
      ... on CommandRefused { message }
      ... on NotNow { message }
      ... on Pending { message }
      ... on Fault { message }
    }
  }
`);

export const relist = async (input: VariablesOf<typeof RELIST>['input']) =>
  (await ask(RELIST, { input })).relistAuction;

export const cards = async (variables: VariablesOf<typeof CARDS>) => (await ask(CARDS, variables)).auctions;
export const lotOf = async (id: string): Promise<Lot | null> => (await ask(ONE, { id })).auction;
export const detailsOf = async (id: string): Promise<ItemDetails | null> => (await ask(DETAILS, { id })).itemDetails;
export const categories = async (): Promise<readonly Category[]> => (await ask(CATEGORIES, {})).categories;
export const bidsOf = async (id: string, limit: number) => (await ask(BIDS, { id, limit })).bids;
export const ownBids = async (limit: number, cursor?: string) =>
  (await ask(MINE, cursor === undefined ? { limit } : { limit, cursor })).myBids;
/** With what has become of the account meanwhile. */
export const standing = async (limit: number) => ask(MINE, { limit });
/** What a buyer would pay in all at this hammer price; null where the house does not know the lot. */
export async function payableOf(id: string, hammerPrice: bigint): Promise<bigint | null> {
  const { payable } = await ask(PAYABLE, { id, hammerPrice: hammerPrice.toString() });
  return payable === null ? null : BigInt(payable.total);
}
export const placeBid = async (
  input: Readonly<{ commandId: string; auctionId: string; amount: string; currency: Card['currency'] }>,
) => (await ask(PLACE_BID, { input })).placeBid;
export const buyNow = async (commandId: string, auctionId: string) =>
  (await ask(BUY_NOW, { input: { commandId, auctionId } })).buyNow;
export const retractBid = async (input: Retraction) => (await ask(RETRACT, { input })).retractBid;
export const requestRetraction = async (input: Retraction) =>
  (await ask(REQUEST_RETRACTION, { input })).requestRetraction;
export const listAuction = async (input: VariablesOf<typeof LIST>['input']) => (await ask(LIST, { input })).listAuction;
