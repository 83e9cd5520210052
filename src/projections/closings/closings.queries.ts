// What the closer, the opener, the relister, the reminder and the sales' errands ask: what is due.
import type { Pool } from 'pg';
import type { AuctionId, SaleId } from '../../domain/ids.js';
import type { Instant } from '../../domain/time.js';
import { isoTime } from '../../domain/time.js';
import { ownTypes } from '../pg-types.js';

/** `behindMs`: how far a lot closes behind the first one of its sale that is due too. */
export type DueAuction = Readonly<{ auctionId: AuctionId; closesAt: Instant; behindMs: number }>;

// Where a sale moves the lots behind one that closes later, a lot is due only when none in front of it is open, and when it has been
// moved behind all of them.
const DUE = `
SELECT d.auction_id AS "auctionId", d.closes_at AS "closesAt", coalesce((extract(epoch FROM s.lot_interval) * 1000
  * (l.place - min(l.place) OVER (PARTITION BY l.sale_id)))::integer, 0) AS "behindMs"
FROM closings.due d
LEFT JOIN closings.lots l ON l.lot_id = d.auction_id
LEFT JOIN closings.sales s ON s.sale_id = l.sale_id
WHERE d.closes_at <= $1 AND (s.moves_lots_behind IS NOT TRUE OR NOT EXISTS (
  SELECT FROM closings.lots f WHERE f.sale_id = l.sale_id AND f.place < l.place
    AND (NOT f.is_over OR f.closes_at + (l.place - f.place) * s.lot_interval > d.closes_at)))
ORDER BY d.closes_at, l.place, d.auction_id LIMIT $2`;

const OPENINGS = `
SELECT auction_id AS "auctionId", opens_at AS "opensAt" FROM closings.openings
WHERE opens_at <= $1 ORDER BY opens_at, auction_id LIMIT $2`;

const RELISTINGS = `
SELECT relisted_as AS "relistedAs", auction_id AS "auctionId", revision::integer FROM closings.relistings
WHERE NOT is_listed ORDER BY relisted_as LIMIT $1`;

const DEADLINES = `
SELECT auction_id AS "auctionId", kind, number, due_at AS "dueAt" FROM closings.deadlines
WHERE due_at <= $1 ORDER BY due_at, auction_id LIMIT $2`;

const SALE_WORK = `
SELECT * FROM (
  SELECT 'list' AS kind, l.sale_id AS "saleId", l.lot_id AS "lotId", s.opens_at AS at, NULL::timestamptz AS "movedTo"
  FROM closings.lots l JOIN closings.sales s USING (sale_id)
  WHERE s.status IN ('published', 'open') AND l.place IS NOT NULL AND l.closes_at IS NULL AND NOT l.is_over
  ORDER BY l.sale_id, l.place LIMIT $3
) listings
UNION ALL SELECT 'open', sale_id, NULL, opens_at, NULL FROM closings.sales WHERE status = 'published' AND opens_at <= $1
UNION ALL SELECT 'close', sale_id, NULL, opens_at, NULL FROM closings.sales s
  WHERE status = 'open' AND kind = 'timed'
    AND EXISTS (SELECT FROM closings.lots l WHERE l.sale_id = s.sale_id)
    AND NOT EXISTS (SELECT FROM closings.lots l WHERE l.sale_id = s.sale_id AND NOT l.is_over)
UNION ALL SELECT * FROM (
  SELECT 'cancel', l.sale_id, l.lot_id, s.opens_at, NULL::timestamptz
  FROM closings.lots l JOIN closings.sales s USING (sale_id)
  WHERE s.status = 'cancelled' AND l.closes_at IS NOT NULL AND NOT l.is_over
  ORDER BY l.sale_id, l.place LIMIT $3
) cancellations
UNION ALL SELECT * FROM (
  SELECT 'move', sale_id, lot_id, closes_at, moved_to FROM (
    SELECT l.sale_id, l.lot_id, l.closes_at, l.is_over, l.place,
      max(l.closes_at - l.place * s.lot_interval) OVER (PARTITION BY l.sale_id ORDER BY l.place) + l.place * s.lot_interval AS moved_to
    FROM closings.lots l JOIN closings.sales s USING (sale_id)
    WHERE s.status IN ('published', 'open') AND s.moves_lots_behind
  ) lots
  WHERE NOT is_over AND moved_to > closes_at AND closes_at < $2
  ORDER BY closes_at, place LIMIT $3
) moves`;

const NEXT = 'SELECT min(closes_at) AS next FROM closings.due';

export type DueOpening = Readonly<{ auctionId: AuctionId; opensAt: Instant }>;
export type DueRelisting = Readonly<{ auctionId: AuctionId; relistedAs: AuctionId; revision: number }>;

/** A payment, or an answer to a second chance, whose time is over. `number` is that of the transaction or the offer. */
export type DueDeadline = Readonly<{ auctionId: AuctionId; kind: 'payment' | 'offer'; number: number; dueAt: Instant }>;

/** What the house has to do about a sale. `at` is the sale's opening, or the lot's close that moves to `movedTo`. */
export type SaleWork = Readonly<
  { saleId: SaleId; at: Instant } & (
    | { kind: 'open' | 'close' }
    | { kind: 'list' | 'cancel'; lotId: AuctionId }
    | { kind: 'move'; lotId: AuctionId; movedTo: Instant }
  )
>;

export class ClosingsQueries {
  constructor(private readonly pool: Pool) {}

  /** Auctions not known to have ended whose close is at or before `before`, the earliest first. */
  async due(before: Instant, limit: number): Promise<readonly DueAuction[]> {
    const values = [isoTime(before), limit];
    const { rows } = await this.pool.query<DueAuction>({ name: 'closings-due', text: DUE, values, types: ownTypes });
    return rows;
  }

  /** Auctions whose opening is at or before `before` and not announced yet, the earliest first. */
  async openings(before: Instant, limit: number): Promise<readonly DueOpening[]> {
    const values = [isoTime(before), limit];
    const asked = { name: 'closings-openings', text: OPENINGS, values, types: ownTypes };
    return (await this.pool.query<DueOpening>(asked)).rows;
  }

  /** Relistings whose new auction is not listed yet. */
  async relistings(limit: number): Promise<readonly DueRelisting[]> {
    const asked = { name: 'closings-relistings', text: RELISTINGS, values: [limit], types: ownTypes };
    return (await this.pool.query<DueRelisting>(asked)).rows;
  }

  /** Payments and answers whose time is over at `before`, the earliest first. */
  async deadlines(before: Instant, limit: number): Promise<readonly DueDeadline[]> {
    const values = [isoTime(before), limit];
    const asked = { name: 'closings-deadlines', text: DEADLINES, values, types: ownTypes };
    return (await this.pool.query<DueDeadline>(asked)).rows;
  }

  /** What is to be done about sales at `before`; lots are moved that close before `movesBefore`. At most `limit` of each kind. */
  async saleWork(before: Instant, movesBefore: Instant, limit: number): Promise<readonly SaleWork[]> {
    const values = [isoTime(before), isoTime(movesBefore), limit];
    const asked = { name: 'closings-sale-work', text: SALE_WORK, values, types: ownTypes };
    return (await this.pool.query<SaleWork>(asked)).rows;
  }

  /** When the next auction closes; null while none is open. */
  async next(): Promise<Instant | null> {
    const { rows } = await this.pool.query<{ next: Instant | null }>({ text: NEXT, types: ownTypes });
    return rows[0]?.next ?? null;
  }
}
