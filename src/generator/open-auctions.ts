// What a client may see of somebody's open auctions.
import { z } from 'zod';

const page = z.object({
  rows: z.array(
    z.object({
      auctionId: z.string(),
      sellerId: z.string(),
      title: z.string(),
      currency: z.string(),
      photos: z.array(z.string()),
      minimumNextBid: z.string().regex(/^\d+$/).transform(BigInt),
      closesAt: z.iso.datetime().transform(Date.parse),
    }),
  ),
});

export type SeenAuction = z.output<typeof page>['rows'][number];

/** The auctions of these sellers that are still open, as the house's public lists show them; of each at most 200. */
export const openAuctionsOf = (url: URL, sellerIds: readonly string[]): Promise<readonly SeenAuction[]> =>
  auctionsOf(url, sellerIds, 'status=open');

/** What these sellers have listed last, of each at most 200. */
export const lastAuctionsOf = (url: URL, sellerIds: readonly string[]): Promise<readonly SeenAuction[]> =>
  auctionsOf(url, sellerIds, 'sort=newest');

async function auctionsOf(url: URL, sellerIds: readonly string[], query: string): Promise<readonly SeenAuction[]> {
  const pages = await Promise.all(
    sellerIds.map(async (sellerId) => {
      const response = await fetch(new URL(`/auctions?${query}&limit=200&sellerId=${sellerId}`, url));
      if (!response.ok) throw new Error(`the house answered ${response.status} to a look at its auctions`);
      return page.parse(await response.json()).rows;
    }),
  );
  return pages.flat();
}
