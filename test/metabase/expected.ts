// What each question should answer, from the journal alone: Gold's rows by the fold in test/batch/gold/gold-oracle.ts, and
// bids, refusals and sales taken from the events here. It shares no SQL with what it checks.
import { CURRENCY_DIGITS } from '../../src/domain/money.js';
import type { RecordedEvent } from '../../src/journal/journal.js';
import type { GoldRows, OracleRow } from '../batch/gold/gold-oracle.js';

export type Given = Readonly<Partial<Record<string, string>>>;
export type Row = Readonly<Record<string, string | number | null>>;
type Expected = (given: Given) => readonly Row[];

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const n = (value: string | null | undefined): number => Number(value ?? 0);
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const before = (day: string, days: number): string => dayOf(Date.parse(day) - days * DAY_MS);
const digits = (currency: unknown): number => CURRENCY_DIGITS[currency as keyof typeof CURRENCY_DIGITS];
const units = (minor: number, currency: unknown): number => minor / 10 ** digits(currency);
const sum = (rows: readonly OracleRow[], column: string): number => rows.reduce((all, row) => all + n(row[column]), 0);

/** Rounded half away from zero, as PostgreSQL does. */
const rounded = (value: number, places: number): number =>
  (Math.sign(value) * Math.round(Math.abs(value) * 10 ** places + 1e-9)) / 10 ** places;
const percent = (part: number, whole: number): number | null => (whole === 0 ? null : rounded((100 * part) / whole, 1));

function groups<T>(rows: readonly T[], ...keys: readonly ((row: T) => unknown)[]): readonly (readonly T[])[] {
  return [...Map.groupBy(rows, (row) => JSON.stringify(keys.map((key) => key(row)))).values()];
}
const by = (rows: readonly OracleRow[], ...columns: readonly string[]) =>
  groups(rows, ...columns.map((column) => (row: OracleRow) => row[column])).map((rowsOfGroup) => ({
    rows: rowsOfGroup,
    key: Object.fromEntries(columns.map((column) => [column, rowsOfGroup[0]?.[column] ?? null])) as Row,
  }));
const steps = (rows: readonly number[], names: readonly string[], mins: readonly number[], what: string): Row[] =>
  names
    .map((bids, index) => ({
      bids,
      [what]: rows.filter((one) => one >= (mins[index] ?? 0) && one < (mins[index + 1] ?? Number.POSITIVE_INFINITY))
        .length,
    }))
    .filter((row) => row[what] !== 0);

type Bid = Readonly<{ auction: string; at: number }>;
type Refusal = Readonly<{ auction: string; reason: string; count: number; at: number }>;
type Lot = {
  id: string;
  category: string;
  currency: string;
  opensAt: number;
  closesAt: number;
  closedAt: number | null;
  status: string;
  due: number;
  soldAt: number | null;
};

/** Bids, refusals of bids and auctions, as the events tell them. */
class Facts {
  readonly bids: Bid[] = [];
  readonly refusals: Refusal[] = [];
  readonly lots = new Map<string, Lot>();
  readonly registered: { user: string; at: number }[] = [];
  private readonly sales = new Map<string, string>();
  private readonly saleOfLot = new Map<string, string>();

  constructor(entries: readonly RecordedEvent[]) {
    for (const entry of entries) this.take(entry);
  }

  /** The name of the sale that the auction is a lot of. */
  sale(auction: string | null | undefined): string | undefined {
    return this.sales.get(this.saleOfLot.get(auction ?? '') ?? '');
  }

  namesOfSales(): ReadonlySet<string> {
    return new Set([...this.saleOfLot.keys()].flatMap((lot) => this.sale(lot) ?? []));
  }

  private take({ streamId, event, occurredAt: at }: RecordedEvent): void {
    const auction = streamId.replace(/^(auction|refusals)-/, '');
    const lot = this.lots.get(auction);
    if (event.type === 'UserRegistered') this.registered.push({ user: streamId.replace(/^user-/, ''), at });
    if (event.type === 'SaleDrafted' || event.type === 'SaleRevised')
      this.sales.set(streamId, `${event.terms.title}, ${dayOf(event.terms.course.opensAt)}`);
    if (event.type === 'LotAdded') this.saleOfLot.set(event.lotId, streamId);
    if (event.type === 'LotWithdrawn') this.saleOfLot.delete(event.lotId);
    if (event.type === 'AuctionListed')
      this.lots.set(auction, {
        id: auction,
        category: event.item.category,
        currency: event.terms.currency,
        opensAt: event.opensAt,
        closesAt: event.closesAt,
        closedAt: null,
        status: 'open',
        due: 0,
        soldAt: null,
      });
    if (event.type === 'BidPlaced' || event.type === 'SealedBidPlaced') this.bids.push({ auction, at });
    if (event.type === 'BidRejected')
      this.refusals.push({ auction, reason: event.rejection.reason, count: 1, at: event.rejectedAt });
    if (event.type === 'FloodRejected' && /^refusals-.{36}$/.test(streamId))
      this.refusals.push({ auction, reason: 'Flood', count: event.count, at: event.lastAt });
    if (lot === undefined) return;
    if (event.type === 'ClosingExtended') lot.closesAt = event.closesAt;
    if (event.type === 'AuctionSold' || event.type === 'SecondChanceAccepted')
      Object.assign(lot, { due: Number(event.amountDue), soldAt: at });
    const ends = {
      AuctionSold: 'sold',
      AuctionPassed: 'passed',
      AuctionCancelled: 'cancelled',
      AuctionWithdrawn: 'withdrawn',
    };
    const status = (ends as Record<string, string>)[event.type];
    if (status !== undefined) Object.assign(lot, { status, closedAt: at });
  }
}

/** The expected answer to each question, at the moment `now`; people who look at rows get them counted only. */
export function expectedAnswers(
  gold: GoldRows,
  entries: readonly RecordedEvent[],
  now: number,
): Readonly<Record<string, Expected>> {
  const facts = new Facts(entries);
  const days = ({ from, to, currency }: Given): readonly OracleRow[] =>
    gold.daily_revenue.filter(
      (row) =>
        (from === undefined || n2(row['day']) >= from) &&
        (to === undefined || n2(row['day']) <= to) &&
        (currency === undefined || row['currency'] === currency),
    );
  const hours = ({ from, to }: Given): readonly OracleRow[] =>
    gold.hourly_activity.filter(
      (row) => (from === undefined || n2(row['day']) >= from) && (to === undefined || n2(row['day']) <= to),
    );
  const isIn = (at: number | null, { from, to }: Given): boolean =>
    (from === undefined && to === undefined) ||
    (at !== null && (from === undefined || dayOf(at) >= from) && (to === undefined || dayOf(at) <= to));
  const isOf = (one: Readonly<{ [key: string]: unknown }>, { category, currency, sale }: Given): boolean =>
    (category === undefined || one['category'] === category) &&
    (currency === undefined || one['currency'] === currency) &&
    (sale === undefined || facts.sale(String(one['auction_id'] ?? one['id'])) === sale);
  const lots = (given: Given, ...outcomes: readonly string[]): readonly OracleRow[] =>
    gold.auction_performance.filter(
      (row) =>
        row['sold_in'] === 'auction' &&
        (outcomes.length === 0 || outcomes.includes(row['outcome'] ?? '')) &&
        isIn(row['ended_at'] == null ? null : n(row['ended_at']), given) &&
        isOf(row, given),
    );
  const ENDED = ['sold', 'passed', 'withdrawn'];
  const CLOSED = [...ENDED, 'cancelled'];
  const sold = (rows: readonly OracleRow[]): readonly OracleRow[] => rows.filter(({ sold_via }) => sold_via !== null);
  const money = (rows: readonly OracleRow[], column: string): number => units(sum(rows, column), rows[0]?.['currency']);
  const bidders = ({ currency, segment }: Given): readonly OracleRow[] =>
    gold.bidder_analytics.filter(
      (row) =>
        (currency === undefined || row['currency'] === currency) &&
        (segment === undefined || row['segment'] === segment),
    );
  const sellers = ({ currency, tier }: Given): readonly OracleRow[] =>
    gold.seller_rankings.filter(
      (row) => (currency === undefined || row['currency'] === currency) && (tier === undefined || row['tier'] === tier),
    );
  const distinct = (rows: readonly OracleRow[], column: string): number => new Set(rows.map((row) => row[column])).size;
  const lotOf = (auction: string): Lot | undefined => facts.lots.get(auction);
  const liveBids = (given: Given): readonly Bid[] =>
    facts.bids.filter(({ auction, at }) => {
      const lot = lotOf(auction);
      return at > now - HOUR_MS && lot !== undefined && isOf(lot, given);
    });
  const liveRefusals = (given: Given): readonly Refusal[] =>
    facts.refusals.filter(
      ({ auction, at, reason }) =>
        at > now - HOUR_MS &&
        (given['reason'] === undefined || given['reason'] === reason) &&
        isOf(lotOf(auction) ?? {}, given),
    );
  const open = (given: Given): readonly Lot[] =>
    [...facts.lots.values()].filter(
      (lot) => lot.status === 'open' && lot.opensAt <= now && lot.closesAt > now && isOf(lot, given),
    );
  const sales = (given: Given, status?: string): readonly Lot[] =>
    gold.auction_performance
      .filter((row) => row['sold_via'] !== null && (status === undefined || row['payment_status'] === status))
      .flatMap((row) => lotOf(row['auction_id'] ?? '') ?? [])
      .filter((lot) => isIn(lot.soldAt, given) && isOf(lot, given));
  const counted = (rows: readonly unknown[]): readonly Row[] => [{ rows: rows.length }];

  return {
    currencies: () => by(gold.daily_revenue, 'currency').map(({ key }) => key),
    sales: () => [...facts.namesOfSales()].map((sale) => ({ sale })),
    'sale-results': (given) =>
      groups(
        lots(given).filter((row) => facts.sale(row['auction_id']) !== undefined),
        (row) => facts.sale(row['auction_id']),
        (row) => row['currency'],
      ).map((rows) => {
        const ended = rows.filter(({ outcome }) => ENDED.includes(outcome ?? ''));
        const total = (column: string): number | null => (sold(rows).length === 0 ? null : money(rows, column));
        return {
          sale: facts.sale(rows[0]?.['auction_id']) ?? '',
          status: 'drafted',
          currency: rows[0]?.['currency'] ?? '',
          lots: rows.length,
          ended: ended.length,
          sold: sold(rows).length,
          sell_through_percent: percent(sold(rows).length, ended.length),
          hammer_price: total('hammer_price'),
          price_with_premium: total('price_with_premium'),
        };
      }),
    categories: () => by(gold.auction_performance, 'category').map(({ key }) => key),
    'revenue-against-last-period': (given) => {
      const lastDay =
        given['to'] ??
        [...gold.daily_revenue]
          .map((row) => n2(row['day']))
          .sort()
          .at(-1) ??
        '';
      const firstDay = given['from'] ?? before(lastDay, 29);
      const length = (Date.parse(lastDay) - Date.parse(firstDay)) / DAY_MS + 1;
      const both = days({ ...given, from: before(firstDay, length), to: lastDay });
      return by(both, 'currency').map(({ rows, key }) => {
        const [is, was] = [
          rows.filter((row) => n2(row['day']) >= firstDay),
          rows.filter((row) => n2(row['day']) < firstDay),
        ];
        const change = (column: string): number | null =>
          percent(sum(is, column) - sum(was, column), Math.abs(sum(was, column)));
        return {
          ...key,
          net_revenue: units(sum(is, 'net_hammer_price'), key['currency']),
          net_revenue_before: units(sum(was, 'net_hammer_price'), key['currency']),
          revenue_change_percent: change('net_hammer_price'),
          house_income: units(sum(is, 'net_house_income'), key['currency']),
          house_income_before: units(sum(was, 'net_house_income'), key['currency']),
          income_change_percent: change('net_house_income'),
          sales: sum(is, 'sales'),
          sales_before: sum(was, 'sales'),
          sales_change_percent: change('sales'),
        };
      });
    },
    'revenue-by-day': (given) =>
      by(days(given), 'day', 'currency').map(({ rows, key }) => ({
        ...key,
        net_revenue: money(rows, 'net_hammer_price'),
      })),
    'income-by-day': (given) =>
      by(days(given), 'day', 'currency').map(({ rows, key }) => ({
        ...key,
        house_income: money(rows, 'net_house_income'),
      })),
    'sales-by-day': (given) =>
      by(days(given), 'day', 'currency').map(({ rows, key }) => ({ ...key, sales: sum(rows, 'sales') })),
    'sell-through': (given) => {
      const ended = lots(given, ...ENDED);
      return [{ sell_through_percent: percent(sold(ended).length, ended.length) }];
    },
    'sell-through-by-category': (given) =>
      by(lots(given, ...ENDED), 'category').map(({ rows, key }) => ({
        ...key,
        ended: rows.length,
        sold: sold(rows).length,
        sell_through_percent: percent(sold(rows).length, rows.length),
      })),
    'cash-by-currency': (given) =>
      by(days(given), 'currency').map(({ rows, key }) => ({
        ...key,
        paid_in: money(rows, 'paid_in'),
        payouts_returned: money(rows, 'payouts_returned'),
        refunded: money(rows, 'refunded'),
        paid_out: money(rows, 'paid_out'),
        net_cash: money(rows, 'net_cash'),
      })),
    'hall-sales': (given) =>
      by(days(given), 'currency')
        .filter(({ rows }) => sum(rows, 'hall_sales') > 0)
        .map(({ rows, key }) => ({
          ...key,
          lots_sold: sum(rows, 'hall_sales'),
          hammer_price: money(rows, 'hall_hammer_price'),
          price_with_premium: money(rows, 'hall_price_with_premium'),
        })),
    // By currency only: how far an invoice has come is not Gold's to know.
    'unpaid-sales': (given) =>
      groups(sales(given, 'unpaid'), ({ currency }) => currency).map((rows) => ({
        currency: rows[0]?.currency ?? '',
        sales: rows.length,
        amount_due: units(
          rows.reduce((all, { due }) => all + due, 0),
          rows[0]?.currency,
        ),
      })),
    'sales-rows': (given) => counted(sales(given)),

    outcomes: (given) =>
      by(lots(given, ...CLOSED), 'outcome').map(({ rows, key }) => ({ ...key, auctions: rows.length })),
    'sell-through-by-format': (given) =>
      by(lots(given, ...ENDED), 'format').map(({ rows, key }) => ({
        ...key,
        ended: rows.length,
        sold: sold(rows).length,
        sell_through_percent: percent(sold(rows).length, rows.length),
        bids_an_auction: rounded(sum(rows, 'bids') / rows.length, 1),
        bidders_an_auction: rounded(sum(rows, 'bidders') / rows.length, 1),
      })),
    'price-lift': (given) =>
      by(
        lots(given).filter((row) => row['price_lift_bp'] !== null),
        'category',
        'currency',
      ).map(({ rows, key }) => ({
        ...key,
        sold: rows.length,
        starting_price: money(rows, 'starting_price'),
        hammer_price: money(rows, 'hammer_price'),
        lift_percent: percent(sum(rows, 'hammer_price') - sum(rows, 'starting_price'), sum(rows, 'starting_price')),
      })),
    'bids-by-hour': (given) =>
      by(hours(given), 'hour').map(({ rows, key }) => ({
        hour: Number(key['hour']),
        bids: sum(rows, 'bids'),
        bids_last_minute: sum(rows, 'bids_last_minute'),
      })),
    'bids-by-minutes-to-close': (given) => {
      const late = lots(given, 'sold', 'passed').flatMap((row) => {
        const endedAt = n(row['ended_at']);
        const placed = facts.bids.filter(({ auction }) => auction === row['auction_id']);
        return placed.flatMap(({ at }) => (at > endedAt - HOUR_MS ? [Math.floor((endedAt - at) / 60_000)] : []));
      });
      return groups(late, (minutes) => minutes).map((rows) => ({ minutes_to_close: rows[0] ?? 0, bids: rows.length }));
    },
    'bids-per-auction': (given) =>
      steps(
        lots(given, ...CLOSED).map((row) => n(row['bids'])),
        ['none', '1', '2 to 4', '5 to 9', '10 to 49', '50 or more'],
        [0, 1, 2, 5, 10, 50],
        'auctions',
      ),
    'late-bidding': (given) => {
      const rows = lots(given, ...CLOSED);
      return [
        {
          bids: sum(rows, 'bids'),
          bids_last_minute: sum(rows, 'bids_last_minute'),
          last_minute_percent: percent(sum(rows, 'bids_last_minute'), sum(rows, 'bids')),
          auctions_extended: rows.filter((row) => n(row['extensions']) > 0).length,
          extensions: sum(rows, 'extensions'),
        },
      ];
    },
    'days-to-payment': (given) =>
      by(sold(lots(given)), 'category').map(({ rows, key }) => {
        const paid = rows
          .flatMap((row) => (row['payment_ms'] === null ? [] : [n(row['payment_ms'])]))
          .sort((a, b) => a - b);
        const middle = (paid.length - 1) / 2;
        const median = ((paid[Math.floor(middle)] ?? 0) + (paid[Math.ceil(middle)] ?? 0)) / 2;
        return {
          ...key,
          sold: rows.length,
          paid: paid.length,
          average_days: paid.length === 0 ? null : rounded(paid.reduce((a, b) => a + b, 0) / paid.length / DAY_MS, 2),
          median_days: paid.length === 0 ? null : rounded(median / DAY_MS, 2),
        };
      }),
    'auction-rows': (given) =>
      counted(
        lots(given).filter(
          (row) =>
            (given['outcome'] === undefined || row['outcome'] === given['outcome']) &&
            (given['format'] === undefined || row['format'] === given['format']),
        ),
      ),

    'bidders-by-segment': (given) =>
      by(bidders(given), 'segment').map(({ rows, key }) => ({ ...key, bidders: distinct(rows, 'bidder_id') })),
    'win-rate-by-segment': (given) =>
      by(bidders(given), 'segment').map(({ rows, key }) => ({
        ...key,
        ended_auctions: sum(rows, 'ended_auctions'),
        wins: sum(rows, 'wins'),
        win_rate_percent: percent(sum(rows, 'wins'), sum(rows, 'ended_auctions')),
      })),
    'spend-by-segment': (given) =>
      by(bidders(given), 'segment', 'currency').map(({ rows, key }) => ({
        ...key,
        bidders: rows.length,
        wins: sum(rows, 'wins'),
        bought: money(rows, 'hammer_price'),
        paid: money(rows, 'paid_in'),
      })),
    'bids-per-bidder': (given) =>
      steps(
        by(bidders(given), 'bidder_id').map(({ rows }) => sum(rows, 'bids')),
        ['1', '2 to 4', '5 to 19', '20 to 99', '100 or more'],
        [1, 2, 5, 20, 100],
        'bidders',
      ),
    cohorts: (given) => {
      const people = facts.registered.filter(({ at }) => isIn(at, given));
      return groups(people, ({ at }) => dayOf(at).slice(0, 7)).map((members) => {
        const ofThese = members.map(({ user }) => gold.bidder_analytics.filter((row) => row['bidder_id'] === user));
        const haveBid = ofThese.filter((rows) => rows.length > 0).length;
        const haveBought = ofThese.filter((rows) => sum(rows, 'wins') > 0).length;
        return {
          month: dayOf(members[0]?.at ?? 0).slice(0, 7),
          registered: members.length,
          have_bid: haveBid,
          bid_percent: percent(haveBid, members.length),
          have_bought: haveBought,
          bought_percent: percent(haveBought, members.length),
        };
      });
    },
    'registrations-by-day': (given) =>
      by(hours(given), 'day').map(({ rows, key }) => ({ ...key, registrations: sum(rows, 'registrations') })),
    'seller-tiers': (given) =>
      by(sellers(given), 'tier', 'currency').map(({ rows, key }) => ({
        ...key,
        sellers: rows.length,
        sold: sum(rows, 'sold'),
        conversion_percent: percent(sum(rows, 'sold'), sum(rows, 'ended')),
        hammer_price: money(rows, 'hammer_price'),
      })),
    'bidder-rows': (given) => counted(bidders(given)),
    'seller-rows': (given) => counted(sellers(given)),

    'open-auctions': (given) => [{ open_auctions: open(given).length }],
    'bids-last-hour': (given) => [{ bids: liveBids(given).length }],
    'bids-by-minute': (given) =>
      groups(liveBids(given), ({ at }) => Math.floor(at / 60_000)).map((rows) => ({
        minute: `${new Date(Math.floor((rows[0]?.at ?? 0) / 60_000) * 60_000).toISOString().slice(0, 19).replace('T', ' ')}+00`,
        bids: rows.length,
      })),
    'refusals-last-hour': (given) =>
      groups(liveRefusals(given), ({ reason }) => reason).map((rows) => ({
        reason: rows[0]?.reason ?? '',
        refusals: rows.reduce((all, { count }) => all + count, 0),
      })),
    'refusal-rows': (given) => counted(liveRefusals(given)),
    'closing-next': (given) => counted(open(given)),
  };
}

const n2 = (value: string | null | undefined): string => value ?? '';

/** The fraud cases that were opened and not decided since, sorted. */
export function undecidedCases(entries: readonly RecordedEvent[]): readonly string[] {
  const undecided = new Set<string>();
  for (const { event, streamId } of entries) {
    const caseId = streamId.slice('case-'.length);
    if (event.type === 'FraudCaseOpened' || event.type === 'FraudSampleDrawn') undecided.add(caseId);
    if (event.type === 'FraudCaseDismissed' || event.type === 'FraudCaseConfirmed') undecided.delete(caseId);
  }
  return [...undecided].sort();
}
