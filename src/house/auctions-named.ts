// Auctions by how their ids begin, for commands that look into a house for a moment.
import pg from 'pg';
import { auctionId } from '../domain/ids.js';
import { type AuctionName, SilverQueries } from '../projections/silver/silver.queries.js';

/** At most `limit` auctions of Silver whose ids lie between these UUIDs, both included, in the order of ids. */
export async function auctionsBetween(
  database: pg.ClientConfig,
  [from, to]: readonly [string, string],
  limit: number,
): Promise<readonly AuctionName[]> {
  const pool = new pg.Pool({ ...database, max: 1 });
  try {
    return await new SilverQueries(pool).auctionNames(auctionId(from), auctionId(to), limit);
  } finally {
    await pool.end();
  }
}
