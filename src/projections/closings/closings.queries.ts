// What the closer, the opener, the relister and the reminder ask: which auctions are due.
import type { Pool } from 'pg';
import type { AuctionId } from '../../domain/ids.js';
import type { Instant } from '../../domain/time.js';
import { isoTime } from '../../domain/time.js';
import { ownTypes } from '../pg-types.js';

export type DueAuction = Readonly<{ auctionId: AuctionId; closesAt: Instant }>;

const DUE = `
SELECT auction_id AS "auctionId", closes_at AS "closesAt" FROM closings.due
WHERE closes_at <= $1 ORDER BY closes_at, auction_id LIMIT $2`;

const OPENINGS = `
SELECT auction_id AS "auctionId", opens_at AS "opensAt" FROM closings.openings
WHERE opens_at <= $1 ORDER BY opens_at, auction_id LIMIT $2`;

const RELISTINGS = `
SELECT relisted_as AS "relistedAs", auction_id AS "auctionId", revision::integer FROM closings.relistings
WHERE NOT is_listed ORDER BY relisted_as LIMIT $1`;

const DEADLINES = `
SELECT auction_id AS "auctionId", kind, number, due_at AS "dueAt" FROM closings.deadlines
WHERE due_at <= $1 ORDER BY due_at, auction_id LIMIT $2`;

const NEXT = 'SELECT min(closes_at) AS next FROM closings.due';

export type DueOpening = Readonly<{ auctionId: AuctionId; opensAt: Instant }>;
export type DueRelisting = Readonly<{ auctionId: AuctionId; relistedAs: AuctionId; revision: number }>;

/** A payment, or an answer to a second chance, whose time is over. `number` is that of the transaction or the offer. */
export type DueDeadline = Readonly<{ auctionId: AuctionId; kind: 'payment' | 'offer'; number: number; dueAt: Instant }>;

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

  /** When the next auction closes; null while none is open. */
  async next(): Promise<Instant | null> {
    const { rows } = await this.pool.query<{ next: Instant | null }>({ text: NEXT, types: ownTypes });
    return rows[0]?.next ?? null;
  }
}
