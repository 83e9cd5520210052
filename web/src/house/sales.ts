// Questions about sales, and asking for a paddle.
import { ask } from './ask.js';
import { CARD, type Card } from './auctions.js';
import { graphql, type ResultOf } from './graphql.js';
import { untilAnswered } from './until-answered.js';

const SALE = graphql(`
  fragment Sale on Sale @_unmask {
    saleId title kind status currency registration biddingLimit termsVersion viewingNotes opensAt closesAt
    lotIntervalMs lotCount closedAt cancelReason
  }
`);
export type Sale = ResultOf<typeof SALE>;

const SALES = graphql(
  `query Sales($limit: Int) {
    open: sales(status: OPEN, limit: $limit) { rows { ...Sale } }
    next: sales(status: PUBLISHED, limit: $limit) { rows { ...Sale } }
    past: sales(status: CLOSED, sort: OPENING_LATEST, limit: $limit) { rows { ...Sale } }
  }`,
  [SALE],
);

const ONE = graphql('query OneSale($id: ID!) { sale(id: $id) { ...Sale } }', [SALE]);

const LOTS = graphql(
  `query SaleLots($id: ID!, $limit: Int, $cursor: String) {
    saleLots(saleId: $id, limit: $limit, cursor: $cursor) {
      next
      rows { lotId lotNumber title category currency startingPrice lowEstimate highEstimate scheduledClosesAt auction { ...Card }
        details { conditionReport provenance shippingNotes dimensions { width height depth unit } weight { value unit } } }
    }
  }`,
  [CARD],
);
type Lots = ResultOf<typeof LOTS>['saleLots'];
export type SaleLot = Lots['rows'][number];

const PADDLE = graphql(`
  query Paddle($id: ID!) { myPaddle(saleId: $id) { status paddle biddingLimit reason } }
`);
export type Paddle = NonNullable<ResultOf<typeof PADDLE>['myPaddle']>;

const PLACE = graphql(`
  query LotPlace($id: ID!) {
    lotPlace(auctionId: $id) { saleId saleTitle lotNumber lotCount lowEstimate highEstimate previousLotId nextLotId }
  }
`);
export type LotPlace = NonNullable<ResultOf<typeof PLACE>['lotPlace']>;

const REQUEST = graphql(`
  mutation RequestPaddle($input: SaleInput!) {
    requestPaddle(input: $input) {
      __typename
      ... on Rejected { reason message }
      ... on CommandRefused { message }
      ... on NotNow { message }
      ... on Pending { message }
      ... on Fault { message }
    }
  }
`);

export const allSales = async (limit: number) => ask(SALES, { limit });
export const saleOf = async (id: string): Promise<Sale | null> => (await ask(ONE, { id })).sale;
export const lotsOf = async (id: string, limit: number, cursor: string | null): Promise<Lots> =>
  (await ask(LOTS, { id, limit, cursor })).saleLots;
export const ownPaddle = async (id: string): Promise<Paddle | null> => (await ask(PADDLE, { id })).myPaddle;
export const placeOf = async (id: string): Promise<LotPlace | null> => (await ask(PLACE, { id })).lotPlace;

/** Null once the paddle is asked for, or was before; else why not. */
export async function requestPaddle(saleId: string, otherwise: string): Promise<string | null> {
  const answer = await untilAnswered(
    async (commandId) => (await ask(REQUEST, { input: { commandId, saleId } })).requestPaddle,
  );
  if (answer === null) return otherwise;
  return 'message' in answer ? answer.message : null;
}

/** The lots with what is newer among the news; the same list where nothing is. */
export function withNews(lots: readonly SaleLot[], news: ReadonlyMap<string, Card>): readonly SaleLot[] {
  const isNews = ({ lotId, auction }: SaleLot): boolean =>
    (news.get(lotId)?.revision ?? -1) > (auction === null ? -1 : auction.revision);
  return lots.some(isNews)
    ? lots.map((lot) => (isNews(lot) ? { ...lot, auction: news.get(lot.lotId) ?? null } : lot))
    : lots;
}
