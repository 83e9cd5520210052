// When each open auction closes, from the four kinds of fact that can say so; all others pass by without a write.
import type { ClientBase } from 'pg';
import { type Instant, isoTime } from '../../domain/time.js';
import type { RecordedEvent } from '../../feed/feed.js';
import type { Projection, Write } from '../../feed/projection.js';
import { arrayOf } from '../copy-text.js';

export const CLOSINGS_CONSUMER = 'closings';

/** The projection into `closings.due`, or into a version of it in another schema. */
export const closingsProjection = (name = CLOSINGS_CONSUMER, schema = 'closings'): Projection => ({
  name,
  searchPath: [schema],
  prepare,
});

const SET = `
INSERT INTO due (auction_id, closes_at)
SELECT auction_id, closes_at FROM unnest($1::uuid[], $2::timestamptz[]) AS c(auction_id, closes_at)
ON CONFLICT (auction_id) DO UPDATE SET closes_at = excluded.closes_at`;

const END = 'DELETE FROM due WHERE auction_id = ANY ($1::uuid[])';

function prepare(events: readonly RecordedEvent[]): Write | null {
  // The last word on each auction in this batch; null when it has ended.
  const closings = new Map<string, Instant | null>();
  for (const { streamId, event } of events) {
    switch (event.type) {
      case 'AuctionListed':
      case 'ClosingExtended':
        closings.set(streamId.slice('auction-'.length), event.closesAt);
        break;
      case 'AuctionSold':
      case 'AuctionPassed':
      case 'AuctionCancelled':
      case 'AuctionWithdrawn':
        closings.set(streamId.slice('auction-'.length), null);
        break;
    }
  }
  return closings.size === 0 ? null : (client) => write(client, closings);
}

async function write(client: ClientBase, closings: ReadonlyMap<string, Instant | null>): Promise<void> {
  const open: string[] = [];
  const closesAt: string[] = [];
  const ended: string[] = [];
  for (const [auctionId, at] of closings) {
    if (at === null) ended.push(auctionId);
    else {
      open.push(auctionId);
      closesAt.push(isoTime(at));
    }
  }
  if (open.length > 0) await client.query(SET, [arrayOf(open), arrayOf(closesAt)]);
  if (ended.length > 0) await client.query(END, [arrayOf(ended)]);
}
