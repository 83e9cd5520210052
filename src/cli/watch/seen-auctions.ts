// Auctions as a watcher knows them: the newest version of each, whichever way it came.
import { z } from 'zod';
import { type Currency, isCurrency } from '../../domain/money.js';

const amount = z
  .string()
  .regex(/^\d+$/)
  .transform((text): bigint => BigInt(text));
const time = z.iso.datetime().transform((text): number => Date.parse(text));
const known = (code: string): code is Currency => isCurrency(code);

/** What is read of an auction, from REST and from subscriptions alike; statuses are upper case in GraphQL. */
export const seenAuction = z.object({
  auctionId: z.string(),
  title: z.string(),
  category: z.string(),
  currency: z.string().refine(known),
  status: z.string().transform((status) => status.toLowerCase()),
  currentPrice: amount,
  minimumNextBid: amount,
  leaderId: z.string().nullable(),
  bidCount: z.int(),
  hasReserve: z.boolean(),
  reserveMet: z.boolean(),
  closesAt: time,
  extensions: z.int(),
  revision: z.int(),
});
export type SeenAuction = z.output<typeof seenAuction>;

/** The fields of `seenAuction`, as GraphQL asks for them. */
export const SEEN_FIELDS = Object.keys(seenAuction.shape).join(' ');

/** Ended auctions stay to be seen for so long. */
const ENDED_SHOWN_MS = 10_000;

export class SeenAuctions {
  private readonly auctions = new Map<string, SeenAuction>();
  private readonly endedAtMs = new Map<string, number>();

  /** True if this is news: a version later than the one known. What is older, or known, changes nothing. */
  take(auction: SeenAuction, nowMs: number): boolean {
    const before = this.auctions.get(auction.auctionId);
    if (before !== undefined && before.revision >= auction.revision) return false;
    this.auctions.set(auction.auctionId, auction);
    if (auction.status !== 'open') this.endedAtMs.set(auction.auctionId, nowMs);
    return true;
  }

  /** The earliest close first, those that have just ended before them. What ended a while ago is forgotten here. */
  inOrder(nowMs: number): readonly SeenAuction[] {
    for (const [id, at] of this.endedAtMs)
      if (nowMs - at > ENDED_SHOWN_MS) {
        this.endedAtMs.delete(id);
        this.auctions.delete(id);
      }
    return [...this.auctions.values()].sort((a, b) => a.closesAt - b.closesAt);
  }

  /**
   * After a gap: what a look at the house no longer finds open has ended meanwhile, or was never to be shown; it is
   * forgotten.
   */
  keepOnly(open: ReadonlySet<string>): void {
    for (const [id, { status }] of this.auctions) if (status === 'open' && !open.has(id)) this.auctions.delete(id);
  }
}
