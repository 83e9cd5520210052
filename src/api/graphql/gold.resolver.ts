// Gold for analysts: each table a list of its own.
import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import type { GoldPage, GoldRow, GoldTableName } from '../../batch/gold/gold.queries.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { pageRequest } from '../queries/page.codec.js';
import { camel } from './gold.schema.js';
import { goldArgs, read } from './inputs.js';

type Arguments = Readonly<Record<string, unknown>>;
/** As the schema names the columns; GraphQL itself writes times from milliseconds. */
type Row = Readonly<Record<string, string | number | null>>;
type Shown = Omit<GoldPage, 'rows'> & Readonly<{ rows: readonly Row[] }>;

@Resolver()
export class GoldResolver {
  constructor(@Inject(API_DEPS) private readonly deps: Pick<ApiDeps, 'gold'>) {}

  @Query()
  dailyRevenue(@Args() args: Arguments): Promise<Shown> {
    return this.rows('daily_revenue', args);
  }

  @Query()
  auctionPerformance(@Args() args: Arguments): Promise<Shown> {
    return this.rows('auction_performance', args);
  }

  @Query()
  bidderAnalytics(@Args() args: Arguments): Promise<Shown> {
    return this.rows('bidder_analytics', args);
  }

  @Query()
  sellerRankings(@Args() args: Arguments): Promise<Shown> {
    return this.rows('seller_rankings', args);
  }

  @Query()
  hourlyActivity(@Args() args: Arguments): Promise<Shown> {
    return this.rows('hourly_activity', args);
  }

  @Query()
  fraudSummary(@Args() args: Arguments): Promise<Shown> {
    return this.rows('fraud_summary', args);
  }

  @Query()
  refusalSummary(@Args() args: Arguments): Promise<Shown> {
    return this.rows('refusal_summary', args);
  }

  @Query()
  closingMinutes(@Args() args: Arguments): Promise<Shown> {
    return this.rows('closing_minutes', args);
  }

  @Query()
  cohorts(@Args() args: Arguments): Promise<Shown> {
    return this.rows('cohorts', args);
  }

  private async rows(table: GoldTableName, args: Arguments): Promise<Shown> {
    const { from = null, to = null, currency = null, category = null, ...page } = read(goldArgs, args);
    const found = await this.deps.gold.rows(table, { from, to, currency, category }, pageRequest(page));
    return { ...found, rows: found.rows.map(shown) };
  }
}

const shown = (row: GoldRow): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [camel(name), value]));
