// What happens now, in figures, for the house's monitor. The same questions as metabase/questions asks.
import type { Pool } from 'pg';
import type { Currency } from '../../domain/money.js';
import type { Instant } from '../../domain/time.js';
import { ownTypes } from '../pg-types.js';

/** Null is any. A category counts as its seller wrote it. */
export type LiveFiguresFilter = Readonly<{ category: string | null; currency: Currency | null }>;

/** Of the last hour. Minutes without a bid, and reasons without a refusal, have no row. */
export type LiveFigures = Readonly<{
  openAuctions: number;
  bids: number;
  flaggedBids: number;
  byMinute: readonly Readonly<{ minute: Instant; bids: number }>[];
  refusals: readonly Readonly<{ reason: string; refusals: number }>[];
}>;

const OPEN = `
SELECT count(*)::integer AS count FROM silver.auctions
WHERE recorded_status = 'open' AND opens_at <= now() AND closes_at > now()
  AND ($1::text IS NULL OR category = $1) AND ($2::text IS NULL OR currency = $2)`;

// Who closed before the hour took no bid in it: the index of closing times leaves those out.
const BY_MINUTE = `
SELECT date_trunc('minute', b.placed_at) AS minute, count(*)::integer AS bids,
  (count(*) FILTER (WHERE b.fraud_score > 0.5))::integer AS flagged
FROM silver.auctions a JOIN silver.bids b USING (auction_id)
WHERE a.closes_at > now() - interval '1 hour' AND b.placed_at > now() - interval '1 hour'
  AND ($1::text IS NULL OR a.category = $1) AND ($2::text IS NULL OR a.currency = $2)
GROUP BY minute ORDER BY minute`;

const REFUSALS = `
SELECT r.reason, sum(r.refused_count)::integer AS refusals
FROM silver.rejected_bids r LEFT JOIN silver.auctions a USING (auction_id)
WHERE r.rejected_at > now() - interval '1 hour'
  AND ($1::text IS NULL OR a.category = $1) AND ($2::text IS NULL OR a.currency = $2)
GROUP BY r.reason ORDER BY refusals DESC, r.reason`;

type MinuteRow = Readonly<{ minute: Instant; bids: number; flagged: number }>;

export class LiveFiguresQueries {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  async figures({ category, currency }: LiveFiguresFilter): Promise<LiveFigures> {
    const values = [category, currency];
    const [open, minutes, refusals] = await Promise.all([
      this.all<Readonly<{ count: number }>>(OPEN, values),
      this.all<MinuteRow>(BY_MINUTE, values),
      this.all<Readonly<{ reason: string; refusals: number }>>(REFUSALS, values),
    ]);
    return {
      openAuctions: open[0]?.count ?? 0,
      bids: minutes.reduce((sum, { bids }) => sum + bids, 0),
      flaggedBids: minutes.reduce((sum, { flagged }) => sum + flagged, 0),
      byMinute: minutes.map(({ minute, bids }) => ({ minute, bids })),
      refusals,
    };
  }

  private async all<Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    const { rows } = await this.pool.query<Row>({ text, values: [...values], types: ownTypes });
    return rows;
  }
}
