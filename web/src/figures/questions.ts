// Figures: Gold's tables, as of the last run, and what happens now.
import { ask } from '../house/ask.js';
import { graphql, type ResultOf, type VariablesOf } from '../house/graphql.js';

const LINEAGE = graphql(`fragment Lineage on GoldLineage @_unmask { computedAt cut }`);

const REVENUE = graphql(
  `query Revenue($from: Day, $to: Day, $currency: Currency, $cursor: String) {
    page: dailyRevenue(from: $from, to: $to, currency: $currency, limit: 200, cursor: $cursor) {
      next
      lineage { ...Lineage }
      rows {
        day currency sales netHammerPrice netHouseIncome buyersPremium platformFee tax lapsedSales refunds netCash
        hallSales hallHammerPrice
      }
    }
  }`,
  [LINEAGE],
);
export type RevenueRow = ResultOf<typeof REVENUE>['page']['rows'][number];

const AUCTIONS = graphql(
  `query AuctionFigures($from: Day, $to: Day, $currency: Currency, $category: String, $cursor: String) {
    page: auctionPerformance(
      from: $from, to: $to, currency: $currency, category: $category, limit: 200, cursor: $cursor
    ) {
      next
      lineage { ...Lineage }
      rows {
        auctionId soldIn title category format currency endedAt outcome startingPrice hammerPrice priceLiftBp bids
        bidders bidsLastMinute extensions paymentStatus paymentMs
      }
    }
  }`,
  [LINEAGE],
);
export type AuctionRow = ResultOf<typeof AUCTIONS>['page']['rows'][number];

const BIDDERS = graphql(
  `query BidderFigures($currency: Currency, $cursor: String) {
    page: bidderAnalytics(currency: $currency, limit: 200, cursor: $cursor) {
      next
      lineage { ...Lineage }
      rows { bidderId bidder currency segment bids auctions endedAuctions wins winRateBp hammerPrice lastBidAt firstBidAt }
    }
  }`,
  [LINEAGE],
);
export type BidderRow = ResultOf<typeof BIDDERS>['page']['rows'][number];

const SELLERS = graphql(
  `query SellerFigures($currency: Currency, $cursor: String) {
    page: sellerRankings(currency: $currency, limit: 200, cursor: $cursor) {
      next
      lineage { ...Lineage }
      rows { sellerId seller currency sellerRank tier listed ended sold conversionBp hammerPrice platformFee }
    }
  }`,
  [LINEAGE],
);
export type SellerRow = ResultOf<typeof SELLERS>['page']['rows'][number];

const HOURS = graphql(
  `query HourFigures($from: Day, $to: Day, $cursor: String) {
    page: hourlyActivity(from: $from, to: $to, limit: 200, cursor: $cursor) {
      next
      lineage { ...Lineage }
      rows { day hour listings bids bidders bidsLastMinute auctionsEnded refusals registrations }
    }
  }`,
  [LINEAGE],
);
export type HourRow = ResultOf<typeof HOURS>['page']['rows'][number];

const LIVE = graphql(`
  query LiveFigures($category: String, $currency: Currency) {
    liveFigures(category: $category, currency: $currency) {
      at openAuctions bids flaggedBids
      byMinute { minute bids }
      refusals { reason refusals }
    }
  }
`);
export type LiveFigures = ResultOf<typeof LIVE>['liveFigures'];
export const liveFigures = async (asked: VariablesOf<typeof LIVE>) => (await ask(LIVE, asked)).liveFigures;

export type Lineage = ResultOf<typeof LINEAGE>;
/** All rows, and what they were made of: null before the first run. `isCut`: there were more than a page of figures takes. */
export type Table<Row> = Readonly<{ rows: readonly Row[]; lineage: Lineage | null; isCut: boolean }>;
type Page<Row> = Readonly<{ rows: Row[]; next: string | null; lineage: Lineage | null }>;

/** Ten questions: more rows are nothing to be added up in a browser. */
const PAGES_MAX = 10;

async function all<Row>(askPage: (cursor: string | null) => Promise<Page<Row>>): Promise<Table<Row>> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  let lineage: Lineage | null = null;
  for (let n = 0; n < PAGES_MAX; n++) {
    const page: Page<Row> = await askPage(cursor);
    rows.push(...page.rows);
    [cursor, lineage] = [page.next, page.lineage];
    if (cursor === null) break;
  }
  return { rows, lineage, isCut: cursor !== null };
}

type Without<Variables> = Omit<Variables, 'cursor'>;
export const revenue = (asked: Without<VariablesOf<typeof REVENUE>>): Promise<Table<RevenueRow>> =>
  all(async (cursor) => (await ask(REVENUE, { ...asked, cursor })).page);
export const auctionFigures = (asked: Without<VariablesOf<typeof AUCTIONS>>): Promise<Table<AuctionRow>> =>
  all(async (cursor) => (await ask(AUCTIONS, { ...asked, cursor })).page);
export const bidders = (asked: Without<VariablesOf<typeof BIDDERS>>): Promise<Table<BidderRow>> =>
  all(async (cursor) => (await ask(BIDDERS, { ...asked, cursor })).page);
export const sellers = (asked: Without<VariablesOf<typeof SELLERS>>): Promise<Table<SellerRow>> =>
  all(async (cursor) => (await ask(SELLERS, { ...asked, cursor })).page);
export const hours = (asked: Without<VariablesOf<typeof HOURS>>): Promise<Table<HourRow>> =>
  all(async (cursor) => (await ask(HOURS, { ...asked, cursor })).page);
