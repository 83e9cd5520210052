// What the closer asks: which auctions are due, and when the next one will be.
import type { Pool } from 'pg';
import type { AuctionId } from '../../domain/ids.js';
import type { Instant } from '../../domain/time.js';
import { isoTime } from '../../domain/time.js';
import { ownTypes } from '../pg-types.js';

export type DueAuction = Readonly<{ auctionId: AuctionId; closesAt: Instant }>;

const DUE = `
SELECT auction_id AS "auctionId", closes_at AS "closesAt" FROM closings.due
WHERE closes_at <= $1 ORDER BY closes_at, auction_id LIMIT $2`;

const NEXT = 'SELECT min(closes_at) AS next FROM closings.due';

export class ClosingsQueries {
  constructor(private readonly pool: Pool) {}

  /** Auctions not known to have ended whose close is at or before `before`, the earliest first. */
  async due(before: Instant, limit: number): Promise<readonly DueAuction[]> {
    const values = [isoTime(before), limit];
    const { rows } = await this.pool.query<DueAuction>({ name: 'closings-due', text: DUE, values, types: ownTypes });
    return rows;
  }

  /** When the next auction closes; null while none is open. */
  async next(): Promise<Instant | null> {
    const { rows } = await this.pool.query<{ next: Instant | null }>({ text: NEXT, types: ownTypes });
    return rows[0]?.next ?? null;
  }
}
