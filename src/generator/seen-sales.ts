// What staff see of sales and their lots.
import { z } from 'zod';
import type { Person } from './people.js';
import type { Stories } from './story.js';
import * as wishes from './wishes.js';

const time = z.iso.datetime().transform(Date.parse);

const salesSeen = z.object({
  sales: z.object({
    rows: z.array(z.object({ saleId: z.string(), kind: z.string(), status: z.string(), termsVersion: z.string() })),
  }),
});
const paddlesSeen = z.object({ paddles: z.object({ rows: z.array(z.object({ bidderId: z.string() })) }) });
const lotsSeen = z.object({
  saleLots: z.object({
    rows: z.array(
      z.object({
        lotId: z.string(),
        auction: z
          .object({
            sellerId: z.string(),
            minimumNextBid: z.string().transform(BigInt),
            opensAt: time,
            closesAt: time,
          })
          .nullable(),
      }),
    ),
  }),
});

export type SeenSale = Readonly<{
  saleId: string;
  kind: string;
  status: string;
  termsVersion: string;
  /** Who has a paddle. */
  holders: readonly string[];
}>;

export type SeenLot = Readonly<{
  auctionId: string;
  sellerId: string;
  minimumNextBid: bigint;
  opensAtMs: number;
  closesAtMs: number;
}>;

const SALES =
  'query($status: SaleStatus) { sales(status: $status, limit: 200) { rows { saleId kind status termsVersion } } }';
const PADDLES = 'query($id: ID!) { paddles(saleId: $id, status: GIVEN, limit: 200) { rows { bidderId } } }';
const LOTS = `query($id: ID!) {
  saleLots(saleId: $id, limit: 200) { rows { lotId auction { sellerId minimumNextBid opensAt closesAt } } }
}`;
const NOT_OVER = ['DRAFTED', 'PUBLISHED', 'OPEN'] as const;

/** The sales that are not over, drafts among them. */
export async function openSales(stories: Stories, staff: Person): Promise<readonly SeenSale[]> {
  const found: SeenSale[] = [];
  for (const status of NOT_OVER) {
    const { sales } = salesSeen.parse(await stories.must(staff, wishes.ask(SALES, { status })));
    for (const sale of sales.rows) {
      const { paddles } = paddlesSeen.parse(await stories.must(staff, wishes.ask(PADDLES, { id: sale.saleId })));
      found.push({ ...sale, holders: paddles.rows.map(({ bidderId }) => bidderId) });
    }
  }
  return found;
}

/** The lots of a sale, once all of them are listed as auctions: a moment after it is published. */
export async function seenLots(stories: Stories, by: Person, saleId: string): Promise<readonly SeenLot[]> {
  const lots = await stories.until({ by, document: LOTS, variables: { id: saleId } }, (told) => {
    const { rows } = lotsSeen.parse(told).saleLots;
    const listed = rows.flatMap(({ lotId, auction }) =>
      auction === null
        ? []
        : [{ auctionId: lotId, ...auction, opensAtMs: auction.opensAt, closesAtMs: auction.closesAt }],
    );
    return listed.length === rows.length && rows.length > 0 ? listed : null;
  });
  return lots ?? [];
}
