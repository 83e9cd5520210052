// An event as it would stand in the journal, for tests of what is made of recorded events.
import type { AuctionEvent } from '../../src/domain/auction/auction.events.js';
import type { AuctionId } from '../../src/domain/ids.js';
import { auctionStream } from '../../src/domain/messages.js';
import { instant } from '../../src/domain/time.js';
import type { JournalEntry, Position } from '../../src/feed/feed.js';

/** The event at this revision of the auction's stream, recorded at the beginning of time. */
export const recordedAs = (auction: AuctionId, revision: number, event: AuctionEvent): JournalEntry => ({
  kind: 'event',
  position: BigInt(revision) as Position,
  streamId: auctionStream(auction),
  revision,
  eventType: event.type,
  schemaVersion: 1,
  occurredAt: instant(0),
  recordedAt: instant(0),
  meta: { commandId: null, actorId: null, fingerprint: null, correlationId: null, causationId: null },
  text: '',
  hash: '',
  event,
});
